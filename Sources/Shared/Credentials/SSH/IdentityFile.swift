import Operations
import X509

/// The combined `identity` file, which `tctl -i` and `tsh -i` take.
///
/// - Guarantees: key, TLS certificate and SSH certificate belong together, and all parts can be parsed. Nothing else
///   stands in the file.
/// - Source: Teleport's api/identityfile: the first PEM block is the key, the second the certificate, all others are CA
///   certificates; between them stand one SSH certificate and lines of SSH CAs.
public struct IdentityFile: Sendable {
  public let tls: TLSIdentity
  public let sshCertificate: SSHCertificate
  /// As it stands in the file, ending with a newline.
  public let sshCertificateLine: String
  public let sshHostCAs: [SSHHostAuthority]

  /// - Parameter source: where the text came from, for error messages.
  /// - Throws: `.malformed`, or `.mismatch` where the certificates are not for the key.
  public init(_ text: Secret<String>, source: String) throws(CredentialsError) {
    var blocks: [String] = []
    var sshLines: [String] = []
    var authorities: [SSHHostAuthority] = []
    var block: String?
    for line in PEM.lines(text.reveal()) {
      if let begun = block {
        block = begun + line + "\n"
        if line.hasPrefix("-----END ") {
          blocks += PEM.blocks(begun + line + "\n")
          block = nil
        }
      } else if line.hasPrefix("-----BEGIN ") {
        block = line + "\n"
      } else if line.hasPrefix(SSHHostAuthority.marker) {
        authorities.append(
          try SSHHostAuthority(line: String(line), source: "a host CA in \(source)"))
      } else {
        sshLines.append(line + "\n")
      }
    }
    guard block == nil, blocks.count >= 3, sshLines.count == 1 else {
      throw CredentialsError(
        .malformed,
        "\(source) is not an identity file: it needs a key, an SSH certificate, a certificate and CA certificates, and nothing else"
      )
    }
    tls = try TLSIdentity(
      certificatePEM: blocks[1], keyPEM: Secret(blocks[0]), trustedCAPEMs: Array(blocks[2...]),
      source: source)
    sshCertificateLine = sshLines[0]
    sshCertificate = try SSHCertificate(
      line: sshCertificateLine, source: "the SSH certificate in \(source)")
    sshHostCAs = authorities
    guard tls.sshPublicKey == sshCertificate.publicKey else {
      throw CredentialsError(
        .mismatch, "the SSH certificate and the private key in \(source) do not belong together")
    }
  }
}
