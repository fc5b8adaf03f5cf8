import Credentials
import FoundationEssentials
import TeleportClient
import TeleportSandbox
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct IssuingTests {
  private func request(_ user: String, major: Int, seconds: Double) throws -> CertificateRequest {
    CertificateRequest(
      user: user, keyPair: try KeyPair.generate(.init(teleportMajor: major)),
      notAfter: Date().addingTimeInterval(seconds), sshHostCAs: ["ssh-rsa AAAA"])
  }

  @Test(arguments: majors)
  func certificatesAreTheUsers(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["role"])
      try await sandbox.rotateHostAuthority(to: .initial)
      let connection = try await sandbox.connect()
      let request = try request("bot-x", major: major, seconds: 600)
      let issued = try await connection.issue(request)
      let identity = try TLSIdentity(
        certificatePEM: issued.certificatePEM, keyPEM: issued.keyPair.privateKeyPEM,
        trustedCAPEMs: issued.hostCAPEMs, source: "the reply")
      #expect(identity.certificate.commonName == "bot-x")
      #expect(identity.certificate.organizations == ["role-bot-x"])
      #expect(abs(identity.certificate.notAfter.timeIntervalSince(request.notAfter)) <= 1)
      // Both CAs of the rotation, and never the user CA that the reply carries.
      #expect(issued.hostCAPEMs.count == 2)
      #expect(issued.hostCAPEMs == (try await sandbox.hostAuthorities))
      #expect(issued.userCAPEMs == [try await sandbox.userAuthority])
      #expect(issued.clusterName == sandbox.clusterName)
      #expect(issued.sshHostCAs == ["ssh-rsa AAAA"])
      let type = major < 17 ? "ssh-rsa-cert-v01" : "ecdsa-sha2-nistp256-cert-v01"
      #expect(issued.sshCertificate.hasPrefix(type))
      // What was issued works.
      let calls = ResourceCalls(try await sandbox.connect(as: identity))
      #expect(try await calls.get("role-bot-x", of: TestResource.roleSchema) != nil)
    }
  }

  @Test func whoIsNotThereGetsNone() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let connection = try await sandbox.connect()
      let error = try await failure {
        try await connection.issue(request("nobody", major: 18, seconds: 600))
      }
      #expect(error.code == .permissionDenied)
    }
  }

  @Test func anEndThatIsPastIsRefused() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["role"])
      let connection = try await sandbox.connect()
      let error = try await failure {
        try await connection.issue(request("bot-x", major: 18, seconds: -600))
      }
      #expect(error.code == .invalidArgument)
    }
  }

  /// What the auth node wrote is what opens the connection: PKCS#1 RSA before 17, PKCS#8 P-256 since.
  @Test(arguments: [(11, "RSA PRIVATE KEY"), (14, "RSA PRIVATE KEY"), (18, "PRIVATE KEY")])
  func theDataDirectoryOpensTheDoor(major: Int, label: String) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let admin = try AdminIdentity(dataDirectory: sandbox.dataDirectory)
      #expect(admin.clusterName == sandbox.clusterName)
      #expect(admin.identity.certificate.organizations == ["Admin"])
      #expect(admin.identity.trustedCAPEMs == (try await sandbox.hostAuthorities))
      #expect(admin.identity.keyPEM.reveal().hasPrefix("-----BEGIN \(label)-----"))
      #expect(admin.sshHostCAs.allSatisfy { $0.contains("ssh-") || $0.hasPrefix("ecdsa-") })
      let connection = try await sandbox.connect(as: admin.identity)
      #expect(connection.server.major == major)
      // The next start of a rotation changes the row; it is read anew each time.
      try await sandbox.renewIdentity()
      let next = try AdminIdentity(dataDirectory: sandbox.dataDirectory)
      #expect(next.identity.certificate.fingerprint != admin.identity.certificate.fingerprint)
    }
  }
}
