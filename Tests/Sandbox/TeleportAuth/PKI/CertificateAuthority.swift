import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// One of the cluster's authorities: a self-signed X.509 certificate and an SSH key.
struct CertificateAuthority: Sendable {
  let certificate: Certificate
  let tlsKey: KeyPair
  let sshKey: KeyPair

  /// Makes a new authority. All authorities of a cluster have the same name but for the serial number in it.
  static func make(
    cluster: String, tlsKey key: KeyPair, sshKey: KeyPair, now: Date
  ) throws -> CertificateAuthority {
    let serial = (0..<38).map { _ in String(UInt8.random(in: 0...9)) }.joined()
    let name = DistinguishedName([
      RelativeDistinguishedName([.teleport(SubjectAttribute.organization, cluster)]),
      RelativeDistinguishedName([.teleport(SubjectAttribute.commonName, cluster)]),
      RelativeDistinguishedName([.teleport(SubjectAttribute.serialNumber, serial)]),
    ])
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: key.certificateKey.publicKey,
      notValidBefore: now.addingTimeInterval(-60),
      notValidAfter: now.addingTimeInterval(10 * 365 * 86_400),
      issuer: name, subject: name, signatureAlgorithm: key.signatureAlgorithm,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: key.certificateKey.publicKey)
      },
      issuerPrivateKey: key.certificateKey)
    return CertificateAuthority(certificate: certificate, tlsKey: key, sshKey: sshKey)
  }

  /// Signs a certificate for client and server use.
  func issue(
    subject: DistinguishedName, publicKey: Certificate.PublicKey, hostNames: [String] = [],
    notBefore: Date, notAfter: Date
  ) throws -> Certificate {
    let names = hostNames.map { name -> GeneralName in
      let numbers = name.split(separator: ".").compactMap { UInt8($0) }
      return numbers.count == 4
        ? .ipAddress(ASN1OctetString(contentBytes: numbers[...])) : .dnsName(name)
    }
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
      notValidBefore: notBefore, notValidAfter: notAfter, issuer: certificate.subject,
      subject: subject, signatureAlgorithm: tlsKey.signatureAlgorithm,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
        try ExtendedKeyUsage([.serverAuth, .clientAuth])
        AuthorityKeyIdentifier(
          keyIdentifier: SubjectKeyIdentifier(hash: tlsKey.certificateKey.publicKey).keyIdentifier)
        if !names.isEmpty { SubjectAlternativeNames(names) }
      },
      issuerPrivateKey: tlsKey.certificateKey)
  }

  func sshAuthorizedKey() throws -> String { try sshKey.sshPublicKey().authorizedKey }
}

extension Certificate {
  var pem: String {
    get throws { try serializeAsPEM().pemString + "\n" }
  }
}
