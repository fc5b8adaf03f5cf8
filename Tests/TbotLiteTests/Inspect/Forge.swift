import Credentials
import Crypto
import FoundationEssentials
import Operations
import X509

@testable import tbot_lite

/// 2031-05-06T07:08:09Z.
let noon = Date(timeIntervalSince1970: 1_935_817_689)

/// A CA of a made-up cluster, and what it issues: TLS and SSH certificates of one key.
struct Forge {
  let cluster: String
  let pem: String
  private let certificate: Certificate
  private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
  private let sshKey = Curve25519.Signing.PrivateKey()

  init(cluster: String = "example.com", notAfter: Date = noon + 86_400 * 365) throws {
    self.cluster = cluster
    let name = try DistinguishedName {
      OrganizationName(cluster)
      CommonName(cluster)
    }
    certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: noon - 86_400 * 365, notValidAfter: notAfter, issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
      }, issuerPrivateKey: key)
    pem = try certificate.serializeAsPEM().pemString + "\n"
  }

  /// Valid from a minute ago for an hour.
  func issue(
    _ keyPair: KeyPair, notBefore: Date = noon - 60, notAfter: Date = noon + 3540
  ) throws -> String {
    let subject = try DistinguishedName {
      CommonName("bot-x")
      OrganizationName("auditor")
      OrganizationName("editor")
    }
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(bytes: [0x0a, 0xbc]),
      publicKey: Certificate.PublicKey(pemEncoded: keyPair.publicKeyPEM),
      notValidBefore: notBefore, notValidAfter: notAfter, issuer: certificate.subject,
      subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions { Critical(BasicConstraints.notCertificateAuthority) },
      issuerPrivateKey: key
    ).serializeAsPEM().pemString + "\n"
  }

  /// The SSH certificate of a P-256 or RSA key. Source of the form: OpenSSH's PROTOCOL.certkeys.
  func issueSSH(
    _ keyPair: KeyPair, notBefore: Date = noon - 60, notAfter: Date = noon + 3540
  ) throws -> String {
    let words = keyPair.sshPublicKey.split { $0 == " " || $0 == "\n" }
    let blob = Array(Data(base64Encoded: String(words[1])) ?? Data())
    // What follows the type's name in the key is the same in the certificate.
    let parameters = blob.dropFirst(4 + words[0].utf8.count)
    let type = "\(words[0])-cert-v01@openssh.com"
    let authority = string("ssh-ed25519") + string(Array(sshKey.publicKey.rawRepresentation))
    var body = string(type) + string([UInt8](repeating: 7, count: 32)) + parameters
    body += integer(UInt64(42)) + integer(UInt32(1)) + string("bot-x")
    body += string(string("root") + string("-teleport-nologin-x"))
    body += integer(UInt64(notBefore.timeIntervalSince1970))
    body += integer(UInt64(notAfter.timeIntervalSince1970))
    body += string([]) + string(string("permit-pty") + string([])) + string([]) + string(authority)
    let signature = try sshKey.signature(for: Data(body))
    body += string(string("ssh-ed25519") + string(Array(signature)))
    return "\(type) \(Data(body).base64EncodedString())\n"
  }

  private var sshAuthority: String {
    let blob = string("ssh-ed25519") + string(Array(sshKey.publicKey.rawRepresentation))
    return "ssh-ed25519 \(Data(blob).base64EncodedString())"
  }

  /// A whole renewal; the CA is host CA and user CA.
  func credentials(_ algorithm: KeyPair.Algorithm = .p256) throws -> IssuedCredentials {
    let keyPair = try KeyPair.generate(algorithm)
    return IssuedCredentials(
      keyPair: keyPair, certificatePEM: try issue(keyPair), sshCertificate: try issueSSH(keyPair),
      hostCAPEMs: [pem], userCAPEMs: [pem], sshHostCAs: [sshAuthority], clusterName: cluster)
  }

  private func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }
  private func string(_ bytes: [UInt8]) -> [UInt8] { integer(UInt32(bytes.count)) + bytes }
  private func integer<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian, Array.init)
  }
}

extension Observation {
  /// A directory of these files with tbot's modes, unless others are given.
  init(_ texts: [PublishedFile: Secret<String>], modes: [String: UInt32] = [:]) {
    let names = ["."] + PublishedFile.allCases.filter { texts[$0] != nil }.map(\.rawValue)
    self.init(
      path: "/d", generation: nil,
      files: names.map {
        Inspection.File(
          name: $0, mode: modes[$0] ?? ($0 == "." ? 0o700 : 0o600), owner: "bot:bot")
      }, texts: texts, isIdentityFile: false, failure: nil)
  }

  init(identityFile text: String, mode: UInt32 = 0o600) {
    self.init(
      path: "/d/identity", generation: nil,
      files: [Inspection.File(name: "identity", mode: mode, owner: "bot:bot")],
      texts: [.identity: Secret(text)], isIdentityFile: true, failure: nil)
  }
}

/// Runs `body` with an empty directory of mode 0700 that is gone afterwards.
func withScratchDirectory<Value>(
  _ body: (String) async throws -> Value
) async throws -> Value {
  let manager = FileManager.default
  let path = manager.temporaryDirectory.path + "/tbot-lite-" + String(UInt64.random(in: 0 ... .max))
  try manager.createDirectory(
    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  defer { try? manager.removeItem(atPath: path) }
  return try await body(path)
}
