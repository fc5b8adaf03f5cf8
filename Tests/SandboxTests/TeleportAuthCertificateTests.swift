import Documents
import FoundationEssentials
import GRPCCore
import TeleportSchema
import Testing
import X509

@testable import TeleportSandbox

/// The certificates that come out of GenerateUserCerts.
@Suite struct TeleportAuthCertificateTests {
  static let majors = [11, 14, 18]

  private func request(
    _ user: String, _ key: KeyPair, major: Int, expires: Double
  ) throws -> [UInt8] {
    var writer = WireWriter()
    let ssh = try key.sshPublicKey().authorizedKey
    if major <= 16 { writer.string(1, ssh) }
    writer.string(2, user)
    writer.bytes(3, TimestampMessage.encode(seconds: Int64(expires)))
    if major >= 17 {
      writer.string(22, ssh)
      writer.string(23, try key.certificateKey.publicKey.serializeAsPEM().pemString)
    }
    return writer.bytes
  }

  private func prepare(_ sandbox: TeleportSandbox) async throws {
    try await sandbox.put("role", Fixture.operatorRole)
    try await sandbox.put("user", Fixture.user("bot-x", role: "operator"))
  }

  @Test(arguments: majors)
  func certificateSaysWhoItsHolderIs(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await prepare(sandbox)
      let expires = (await sandbox.now.timeIntervalSince1970 + 600).rounded(.down)
      let key = try KeyPair.generate(major <= 16 ? .rsa2048 : .p256)
      let request = try request("bot-x", key, major: major, expires: expires)
      let certs = try await sandbox.asAdmin {
        try await $0.call("proto.AuthService/GenerateUserCerts", request)
      }
      let certificate = try Certificate(pemEncoded: certs.string(at: [2]))
      let identity = CertificateIdentity(subject: certificate.subject)
      #expect(identity.username == "bot-x")
      #expect(identity.roles == ["operator"])
      #expect(identity.teleportCluster == "sandbox.example.com")
      #expect(identity.botName == "x")
      #expect(identity.impersonator.hasSuffix(".sandbox.example.com"))
      #expect(certificate.notValidAfter == Date(timeIntervalSince1970: expires))
      #expect(certificate.publicKey == key.certificateKey.publicKey)
      let start = certificate.notValidAfter.timeIntervalSince(certificate.notValidBefore)
      #expect(start > 600 && start < 700)
      let authority = try Certificate(pemEncoded: try await sandbox.userAuthority)
      #expect(authority.publicKey.isValidSignature(certificate.signature, for: certificate))
      #expect(try Certificate(pemEncoded: certs.string(at: [3])) == authority)
    }
  }

  @Test(arguments: majors)
  func sshKeygenReadsTheCertificate(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await prepare(sandbox)
      let expires = await sandbox.now.timeIntervalSince1970 + 600
      let key = try KeyPair.generate(major <= 16 ? .rsa2048 : .p256)
      let request = try request("bot-x", key, major: major, expires: expires)
      let certs = try await sandbox.asAdmin {
        try await $0.call("proto.AuthService/GenerateUserCerts", request)
      }
      let path = FileManager.default.temporaryDirectory
        .appending(path: "\(UUID().uuidString)-cert.pub").path()
      try Data(certs.string(at: [1]).utf8).write(to: URL(filePath: path))
      defer { try? FileManager.default.removeItem(atPath: path) }
      let text = try ExternalProgram.run("ssh-keygen", "-L", "-f", path)
      #expect(text.contains(major <= 16 ? "ssh-rsa-cert-v01" : "ecdsa-sha2-nistp256-cert-v01"))
      #expect(text.contains("user certificate"))
      #expect(text.contains("Key ID: \"bot-x\""))
      #expect(text.contains("teleport-roles"))
      #expect(text.contains("-teleport-internal-join"))
      let algorithm = major <= 16 ? "rsa-sha2-512" : "ecdsa-sha2-nistp256"
      #expect(text.contains("(using \(algorithm))"))
    }
  }

  @Test func hostCertificateIsReadableToo() async throws {
    try await withSandbox(.init(major: 11)) { sandbox in
      let path = FileManager.default.temporaryDirectory
        .appending(path: "\(UUID().uuidString)-cert.pub").path()
      let line = try await sandbox.adminCredentials.sshCertificate
      try Data(line.utf8).write(to: URL(filePath: path))
      defer { try? FileManager.default.removeItem(atPath: path) }
      let text = try ExternalProgram.run("ssh-keygen", "-L", "-f", path)
      #expect(text.contains("host certificate"))
      #expect(text.contains("x-teleport-role"))
    }
  }

  @Test func missingUserIsDeniedAndNotReportedAsMissing() async throws {
    try await withSandbox { sandbox in
      let key = try KeyPair.generate(.p256)
      let request = try request(
        "nobody", key, major: 18, expires: await sandbox.now.timeIntervalSince1970 + 60)
      let code = try await sandbox.asAdmin {
        try await $0.code("proto.AuthService/GenerateUserCerts", request)
      }
      #expect(code == .permissionDenied)
    }
  }

  @Test func newServersIgnoreTheOldKeyField() async throws {
    try await withSandbox { sandbox in
      try await prepare(sandbox)
      let key = try KeyPair.generate(.p256)
      let request = try request(
        "bot-x", key, major: 14, expires: await sandbox.now.timeIntervalSince1970 + 60)
      let code = try await sandbox.asAdmin {
        try await $0.code("proto.AuthService/GenerateUserCerts", request)
      }
      #expect(code == .invalidArgument)
    }
  }

  @Test func holderMayReissueButNotOutliveItself() async throws {
    try await withSandbox { sandbox in
      try await prepare(sandbox)
      let own = try await sandbox.credentials(forUser: "bot-x", lifetime: .seconds(100))
      let end = try Certificate(pemEncoded: own.certificate).notValidAfter
      let key = try KeyPair.generate(.p256)
      let request = try request(
        "bot-x", key, major: 18, expires: end.timeIntervalSince1970 + 5000)
      let certs = try await sandbox.withClient(own) {
        try await $0.call("proto.AuthService/GenerateUserCerts", request)
      }
      let certificate = try Certificate(pemEncoded: certs.string(at: [2]))
      #expect(certificate.notValidAfter == end)
      let identity = CertificateIdentity(subject: certificate.subject)
      #expect(identity.impersonator.hasSuffix(".sandbox.example.com"))
    }
  }

  @Test func subjectSurvivesARoundTrip() throws {
    let identity = CertificateIdentity(
      username: "älice", roles: ["a", "b", "c"], logins: ["root", "x"], usage: ["kube"],
      traits: ["logins": ["a", "b"]], routeToCluster: "c", teleportCluster: "c",
      impersonator: "i", botName: "b", userType: "local", isReissueForbidden: true)
    let read = CertificateIdentity(subject: try identity.subject())
    #expect(Set(read.roles) == Set(identity.roles))
    #expect(Set(read.logins) == Set(identity.logins))
    var ordered = read
    ordered.roles = identity.roles
    ordered.logins = identity.logins
    #expect(ordered == identity)
  }
}
