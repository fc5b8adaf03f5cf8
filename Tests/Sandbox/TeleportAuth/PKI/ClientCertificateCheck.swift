import FoundationEssentials
import X509

/// Whether a client's certificate is accepted in the TLS handshake.
enum ClientCertificateCheck {
  enum Refusal: Error, Hashable {
    case notYetValid
    case expired
    case unknownIssuer
    case notForClients
  }

  /// Which authority vouches for the certificate.
  enum Origin: Hashable, Sendable {
    case host
    case user
  }

  /// Finds the authority; throws where it is none of the cluster's.
  ///
  /// The authorities have almost the same name, so that the signature decides, not the issuer.
  static func origin(
    of leaf: Certificate, hostAuthorities: [Certificate], userAuthorities: [Certificate]
  ) throws(Refusal) -> Origin {
    func signs(_ authority: Certificate) -> Bool {
      authority.subject == leaf.issuer
        && authority.publicKey.isValidSignature(leaf.signature, for: leaf)
    }
    if userAuthorities.contains(where: signs) { return .user }
    if hostAuthorities.contains(where: signs) { return .host }
    throw .unknownIssuer
  }

  /// Throws where the certificate does not serve a client at that time.
  static func requireValidity(of leaf: Certificate, now: Date) throws(Refusal) {
    if now < leaf.notValidBefore { throw .notYetValid }
    if now > leaf.notValidAfter { throw .expired }
    let usage = try? leaf.extensions.extendedKeyUsage
    guard usage?.contains(.clientAuth) ?? true else { throw .notForClients }
  }
}
