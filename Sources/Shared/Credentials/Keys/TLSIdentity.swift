import Crypto
import FoundationEssentials
import Operations
import X509

/// A client's certificate and key, and the CAs that it verifies servers with.
///
/// - Guarantees: key and certificate belong together and all parts can be parsed.
public struct TLSIdentity: Sendable {
  public let certificatePEM: String
  public let keyPEM: Secret<String>
  public let trustedCAPEMs: [String]
  public let certificate: CertificateFacts
  /// The same key, in SSH's form.
  let sshPublicKey: SSHPublicKey?

  /// - Parameter source: where the parts came from, for error messages.
  public init(
    certificatePEM: String, keyPEM: Secret<String>, trustedCAPEMs: [String], source: String
  ) throws(CredentialsError) {
    let certificate = try CertificateFacts.parse(
      certificatePEM, source: "the certificate in \(source)")
    let key: Certificate.PrivateKey
    do {
      key = try Certificate.PrivateKey(pemEncoded: keyPEM.reveal())
    } catch {
      // The parser's own text could quote what it read.
      throw CredentialsError(.malformed, "the private key in \(source) is not a PEM key")
    }
    guard key.publicKey == certificate.publicKey else {
      throw CredentialsError(
        .mismatch, "the certificate and the private key in \(source) do not belong together")
    }
    guard !trustedCAPEMs.isEmpty else {
      throw CredentialsError(.malformed, "\(source) has no host CA certificate")
    }
    for pem in trustedCAPEMs {
      _ = try CertificateFacts.parse(pem, source: "a host CA certificate in \(source)")
    }
    self.certificatePEM = certificatePEM
    self.keyPEM = keyPEM
    self.trustedCAPEMs = trustedCAPEMs
    self.certificate = CertificateFacts(certificate)
    sshPublicKey = SSHKeyMaterial(certificate.publicKey).map(SSHPublicKey.init)
  }

  /// - Throws: `.expired` unless the certificate is valid at that time.
  public func checkValidity(at now: Date) throws(CredentialsError) {
    let style = Date.ISO8601FormatStyle()
    if now >= certificate.notAfter {
      throw CredentialsError(
        .expired, "the certificate expired at \(certificate.notAfter.formatted(style))")
    }
    if now < certificate.notBefore {
      throw CredentialsError(
        .expired,
        "the certificate is valid only from \(certificate.notBefore.formatted(style)); check the clock"
      )
    }
  }
}
