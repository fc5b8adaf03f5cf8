import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// What there is to know about a certificate of Teleport's.
public struct CertificateFacts: Sendable {
  public let notBefore: Date
  public let notAfter: Date
  public let commonName: String?
  /// One for each role, in Teleport's certificates.
  public let organizations: [String]
  /// The cluster's name, in Teleport's certificates.
  public let issuerOrganization: String?
  /// Hexadecimal SHA-256 of the DER form.
  public let fingerprint: String

  public init(pem: String, source: String) throws(CredentialsError) {
    try self.init(CertificateFacts.parse(pem, source: source))
  }

  init(_ certificate: Certificate) {
    notBefore = certificate.notValidBefore
    notAfter = certificate.notValidAfter
    commonName = certificate.subject.values(of: .RDNAttributeType.commonName).first
    organizations = certificate.subject.values(of: .RDNAttributeType.organizationName)
    issuerOrganization = certificate.issuer.values(of: .RDNAttributeType.organizationName).first
    var serializer = DER.Serializer()
    let der = (try? certificate.serialize(into: &serializer)).map { serializer.serializedBytes }
    fingerprint = SHA256.hash(data: der ?? []).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  static func parse(_ pem: String, source: String) throws(CredentialsError) -> Certificate {
    do {
      return try Certificate(pemEncoded: pem)
    } catch {
      throw CredentialsError(.malformed, "\(source) is not a PEM certificate")
    }
  }
}

extension DistinguishedName {
  fileprivate func values(of type: ASN1ObjectIdentifier) -> [String] {
    flatMap { $0 }.filter { $0.type == type }.compactMap { String($0.value) }
  }
}
