import Credentials
import TeleportClient
import TeleportSandbox
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct AuthorityTests {
  private static let method = "teleport.trust.v1.TrustService/GetCertAuthority"

  @Test(arguments: majors)
  func everyAuthorityIsTold(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await sandbox.connect(as: try await TestBot.join(sandbox).identity)
      for connection in [try await sandbox.connect(), bot] {
        let host = try await connection.certificateAuthority(.host)
        #expect(host.tlsCertificates == (try await sandbox.hostAuthorities))
        let user = try await connection.certificateAuthority(.user)
        #expect(user.tlsCertificates == (try await sandbox.userAuthorities))
        let database = try await connection.certificateAuthority(.database)
        #expect(database.tlsCertificates == (try await sandbox.databaseAuthorities))
        for authority in [host, user] {
          #expect(authority.sshPublicKeys.count == 1)
          #expect(authority.sshPublicKeys.allSatisfy { $0.split(separator: " ").count == 2 })
          #expect(authority.sshPublicKeys.allSatisfy { !$0.hasSuffix("\n") })
        }
        #expect(host.sshPublicKeys != user.sshPublicKeys)
        #expect(database.sshPublicKeys == [])
      }
      let admin = try AdminIdentity(dataDirectory: sandbox.dataDirectory)
      let lines = admin.sshHostCAs.map { $0.split(separator: "\n").joined() }
      #expect(try await bot.certificateAuthority(.host).sshPublicKeys == lines)
      // Twice each and once more; a server before 13 is asked in the new way once for each connection.
      #expect(await sandbox.calls(Self.method) == (major < 13 ? 2 : 7))
    }
  }

  /// What signs now comes first.
  @Test(arguments: majors)
  func aRotationIsFollowed(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let connection = try await sandbox.connect()
      let before = try await connection.certificateAuthority(.user)
      try await sandbox.rotateUserAuthority(to: .initial)
      let initial = try await connection.certificateAuthority(.user)
      #expect(initial.tlsCertificates.count == 2 && initial.sshPublicKeys.count == 2)
      #expect(initial.tlsCertificates[0] == before.tlsCertificates[0])
      #expect(initial.sshPublicKeys[0] == before.sshPublicKeys[0])
      try await sandbox.rotateUserAuthority(to: .updateClients)
      let clients = try await connection.certificateAuthority(.user)
      #expect(clients.tlsCertificates == initial.tlsCertificates.reversed())
      #expect(clients.sshPublicKeys == initial.sshPublicKeys.reversed())
      try await sandbox.rotateUserAuthority(to: .updateServers)
      try await sandbox.rotateUserAuthority(to: .standby)
      let standby = try await connection.certificateAuthority(.user)
      #expect(standby.tlsCertificates == [initial.tlsCertificates[1]])
      #expect(standby.sshPublicKeys == [initial.sshPublicKeys[1]])
    }
  }

  @Test(arguments: majors)
  func whoMayNotReadThemIsDenied(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.addUser("bot-y", kinds: ["role"])
      let connection = try await sandbox.connect(
        as: try await sandbox.identity(ofUser: "bot-y"))
      let error = try await failure { try await connection.certificateAuthority(.user) }
      #expect(error.code == .permissionDenied)
      #expect(!error.mayHaveTakenEffect)
    }
  }

  /// Old servers have no CA for databases.
  @Test(arguments: [(11, 404), (14, 5), (18, 5)])
  func anAuthorityThatIsNotThereIsNotFound(major: Int, code: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let connection = try await sandbox.connect()
      let message = #"key "/authorities/db/example" is not found"#
      await sandbox.faults.inject(.fail(code: code, message: message)) {
        $0.operation == Self.method && major > 12 || $0.operation.hasPrefix("GET /v2/authorities")
      }
      let error = try await failure { try await connection.certificateAuthority(.database) }
      #expect(error.code == .notFound)
      #expect(error.detail == message)
      #expect(!error.mayHaveTakenEffect)
      _ = try await connection.certificateAuthority(.database)
    }
  }
}
