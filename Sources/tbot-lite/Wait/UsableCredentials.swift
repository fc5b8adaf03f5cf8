import Credentials
import FoundationEssentials
import Operations

/// Whether a client could use what a directory holds.
enum UsableCredentials {
  /// Blocks.
  ///
  /// - Throws: what is missing.
  static func check(_ path: String, at time: Date) throws(CredentialsError) {
    let texts = try PublishedDirectory(path: path).texts()
    let isTLSOutput = texts[.certificate] == nil && texts[.tlsCertificate] != nil
    let names: [PublishedFile] =
      isTLSOutput ? [.tlsCertificate, .tlsKey, .tlsAuthorities] : [.certificate, .key, .hostCA]
    var parts: [Secret<String>] = []
    for name in names {
      guard let text = texts[name] else {
        throw CredentialsError(.notReady, "\(path)/\(name.rawValue) is not there yet")
      }
      parts.append(text)
    }
    let identity = try TLSIdentity(
      certificatePEM: parts[0].reveal(), keyPEM: parts[1],
      trustedCAPEMs: PEM.blocks(parts[2].reveal(), label: "CERTIFICATE"), source: path)
    try identity.checkValidity(at: time)
  }
}
