import Credentials
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A CA with a name, and identities that it signs; the algorithms that Teleport uses.
struct TestAuthority {
  let certificate: Certificate
  let ssh = TestSSHAuthority()
  private let key: Certificate.PrivateKey

  init(cluster: String = "example.com") throws {
    key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try DistinguishedName {
      OrganizationName(cluster)
      CommonName(cluster)
    }
    certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: Date() - 60, notValidAfter: Date() + 86_400, issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
      }, issuerPrivateKey: key)
  }

  var pem: String { get throws { try certificate.serializeAsPEM().pemString + "\n" } }

  /// A certificate for the key, in PEM.
  func issue(
    _ keyPair: KeyPair, commonName: String = "bot-x", organizations: [String] = ["operator"],
    attributes: [(ASN1ObjectIdentifier, String)] = [], notBefore: Date = Date() - 60,
    notAfter: Date = Date() + 3600
  ) throws -> String {
    let subject = DistinguishedName(
      try DistinguishedName {
        CommonName(commonName)
        for organization in organizations { OrganizationName(organization) }
      }
        + attributes.map { type, value in
          RelativeDistinguishedName([.init(type: type, utf8String: value)])
        })
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PublicKey(pemEncoded: keyPair.publicKeyPEM),
      notValidBefore: notBefore, notValidAfter: notAfter, issuer: certificate.subject,
      subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions { Critical(BasicConstraints.notCertificateAuthority) },
      issuerPrivateKey: key
    ).serializeAsPEM().pemString + "\n"
  }

  /// A whole generation: key, certificate, and this CA as the host CA.
  func credentials(_ algorithm: KeyPair.Algorithm = .p256) throws -> IssuedCredentials {
    let keyPair = try KeyPair.generate(algorithm)
    return IssuedCredentials(
      keyPair: keyPair, certificatePEM: try issue(keyPair),
      sshCertificate: try ssh.issue(keyPair.sshPublicKey), hostCAPEMs: [try pem],
      userCAPEMs: [try pem], sshHostCAs: [ssh.line], clusterName: "example.com")
  }
}

extension IssuedCredentials {
  func identity(source: String = "a test") throws -> TLSIdentity {
    try TLSIdentity(
      certificatePEM: certificatePEM, keyPEM: keyPair.privateKeyPEM, trustedCAPEMs: hostCAPEMs,
      source: source)
  }
}

/// The lines of a key that nobody may see: all but BEGIN and END.
func secretLines(_ keyPair: KeyPair) -> [Substring] {
  keyPair.privateKeyPEM.reveal().split(separator: "\n").filter { !$0.hasPrefix("-----") }
}
