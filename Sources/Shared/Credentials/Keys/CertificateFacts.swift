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
  /// Hexadecimal.
  public let serialNumber: String
  /// For people, for example `RSA 2048`, `ECDSA P-256`, `Ed25519`.
  public let keyDescription: String
  /// Whether it is a CA's.
  public let isAuthority: Bool
  /// Subject attributes of Teleport's own.
  let attributes: TeleportAttributes

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
    fingerprint = Self.hexadecimal(SHA256.hash(data: der ?? []))
    serialNumber = Self.hexadecimal(certificate.serialNumber.bytes)
    keyDescription = SSHKeyMaterial(certificate.publicKey)?.description ?? "of an unknown kind"
    if case .isCertificateAuthority = try? certificate.extensions.basicConstraints {
      isAuthority = true
    } else {
      isAuthority = false
    }
    attributes = TeleportAttributes(certificate.subject)
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
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
  func values(of type: ASN1ObjectIdentifier) -> [String] {
    flatMap { $0 }.filter { $0.type == type }.compactMap { String($0.value) }
  }
}
