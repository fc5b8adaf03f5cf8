import Crypto
import FoundationEssentials
import NIOSSL
import SwiftASN1
import X509

/// A certificate authority of the sandbox's own, and what it signs.
struct SandboxCertificates: Sendable {
  private let key: P256.Signing.PrivateKey
  private let name: DistinguishedName
  let authority: Certificate

  struct Pair: Sendable {
    let certificatePEM: String
    let keyPEM: String
  }

  /// - Throws: when a certificate cannot be made, which no input of this program causes.
  init() throws {
    let key = P256.Signing.PrivateKey()
    self.key = key
    name = try DistinguishedName { CommonName("kubernetes-sandbox-ca") }
    authority = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
      notValidBefore: Self.start, notValidAfter: Self.end, issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
      }, issuerPrivateKey: .init(key))
  }

  var authorityPEM: String {
    get throws { try authority.serializeAsPEM().pemString + "\n" }
  }

  /// The server's, for the loopback addresses and further names.
  func server(names: [String]) throws -> Pair {
    let loopback: [GeneralName] = [
      .dnsName("localhost"), .dnsName("kubernetes"), .dnsName("kubernetes.default.svc"),
      .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
      .ipAddress(ASN1OctetString(contentBytes: ArraySlice(Array(repeating: 0, count: 15) + [1]))),
    ]
    let subject = try DistinguishedName { CommonName("kube-apiserver") }
    return try leaf(
      subject, usage: .serverAuth, names: loopback + names.map { GeneralName.dnsName($0) })
  }

  /// A client's: the user as common name, the groups as organizations.
  func client(user: String, groups: [String]) throws -> Pair {
    let subject = try DistinguishedName {
      for group in groups { OrganizationName(group) }
      CommonName(user)
    }
    return try leaf(subject, usage: .clientAuth, names: [])
  }

  private func leaf(
    _ subject: DistinguishedName, usage: ExtendedKeyUsage.Usage, names: [GeneralName]
  ) throws -> Pair {
    let own = P256.Signing.PrivateKey()
    var extensions = try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      Critical(KeyUsage(digitalSignature: true))
      try ExtendedKeyUsage([usage])
    }
    if !names.isEmpty {
      try extensions.append(.init(SubjectAlternativeNames(names), critical: false))
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(own.publicKey),
      notValidBefore: Self.start, notValidAfter: Self.end, issuer: name, subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: .init(key))
    return Pair(
      certificatePEM: try certificate.serializeAsPEM().pemString + "\n",
      keyPEM: own.pemRepresentation + "\n")
  }

  /// What the listening socket needs. Client certificates are verified if shown, and asked for by nobody.
  func serverConfiguration(names: [String]) throws -> TLSConfiguration {
    let pair = try server(names: names)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: [
        .certificate(try NIOSSLCertificate(bytes: Array(pair.certificatePEM.utf8), format: .pem))
      ],
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.keyPEM.utf8), format: .pem)))
    configuration.applicationProtocols = ["h2", "http/1.1"]
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .optionalVerification
    configuration.trustRoots = .certificates([
      try NIOSSLCertificate(bytes: Array(try authorityPEM.utf8), format: .pem)
    ])
    return configuration
  }

  private static let start = Date().addingTimeInterval(-3600)
  private static let end = Date().addingTimeInterval(10 * 365 * 86400)
}
