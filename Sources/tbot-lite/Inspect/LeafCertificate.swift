import Credentials
import FoundationEssentials
import Operations
import X509

/// A certificate, to be compared with keys and CAs.
struct LeafCertificate {
  private let certificate: Certificate

  /// nil for a text that is no certificate.
  init?(pem: String) {
    guard let certificate = try? Certificate(pemEncoded: pem) else { return nil }
    self.certificate = certificate
  }

  func isSigned(byAnyOf authorityPEMs: [String]) -> Bool {
    authorityPEMs.contains { pem in
      guard let authority = try? Certificate(pemEncoded: pem) else { return false }
      return authority.publicKey.isValidSignature(certificate.signature, for: certificate)
    }
  }

  /// nil where the text is no key.
  func matches(privateKeyPEM: Secret<String>) -> Bool? {
    let key = try? Certificate.PrivateKey(pemEncoded: privateKeyPEM.reveal())
    return key.map { $0.publicKey == certificate.publicKey }
  }

  /// Whether it is a certificate of that SSH key; nil where the key cannot be read.
  ///
  /// An SSH key's last part is what makes it: the modulus, the point or the key. X.509 has the same bytes in its
  /// SubjectPublicKeyInfo. Source: RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4, RFC 5280 4.1.2.7.
  func holds(_ key: SSHPublicKey) -> Bool? {
    let words = key.line.split { $0 == " " || $0 == "\n" }
    guard words.count >= 2, let blob = Data(base64Encoded: String(words[1])) else { return nil }
    var rest = blob[...]
    var last = rest.prefix(0)
    while rest.count >= 4 {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard length <= rest.count else { return nil }
      last = rest.prefix(length)
      rest = rest.dropFirst(length)
    }
    guard rest.isEmpty, last.count >= 32 else { return nil }
    return Data(certificate.publicKey.subjectPublicKeyInfoBytes).firstRange(of: last) != nil
  }
}
