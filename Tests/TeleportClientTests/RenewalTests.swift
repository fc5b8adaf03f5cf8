import Credentials
import FoundationEssentials
import SandboxFaults
import TeleportClient
import TeleportSandbox
import Testing

/// A bot that asks for certificates for itself.
@Suite(.serialized, .timeLimit(.minutes(1))) struct RenewalTests {
  private static let issue = "proto.AuthService/GenerateUserCerts"

  private func withBot(
    _ major: Int, roles: [String] = ["access"],
    _ body: (TeleportSandbox, AuthConnection) async throws -> Void
  ) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await TestBot.join(sandbox, roles: roles)
      try await body(sandbox, try await sandbox.connect(as: bot.identity))
    }
  }

  @Test(arguments: majors)
  func aRenewalMovesTheCounter(major: Int) async throws {
    try await withBot(major) { sandbox, connection in
      // From 16 on there is a counter for each instance, and no label says so.
      #expect(try await connection.ownGeneration() == (major < 16 ? 1 : nil))
      var connection = connection
      for generation in 2...4 {
        let issued = try await connection.issue(try TestBot.renewal(sandbox))
        let identity = try issued.identity
        #expect(identity.certificate.commonName == "bot-x")
        #expect(identity.certificate.organizations == ["bot-x"])
        #expect(await sandbox.generations(ofBot: "x") == [UInt64(generation)])
        connection = try await sandbox.connect(as: identity)
        #expect(try await connection.ownGeneration() == (major < 16 ? generation : nil))
      }
    }
  }

  @Test(arguments: majors)
  func aCertificateThatIsNotTheLastLocksTheBot(major: Int) async throws {
    try await withBot(major) { sandbox, old in
      let issued = try await old.issue(try TestBot.renewal(sandbox))
      let error = try await failure { try await old.issue(try TestBot.renewal(sandbox)) }
      #expect(error.code == .generationMismatch)
      #expect(error.detail.contains("stored=2, presented=1"))
      #expect(!error.isTransient && !error.mayHaveTakenEffect)
      #expect(await sandbox.locks.map(\.user) == ["bot-x"])
      // From then on Teleport says nothing any more, to anybody with that name.
      for body in [
        { _ = try await old.hostCAs() }, { _ = try await old.certificateAuthority(.host) },
        { _ = try await old.issue(try TestBot.renewal(sandbox)) },
        { try await old.watchAuthorities(onReady: {}, onChange: {}) },
        { _ = try await sandbox.connect(as: try issued.identity) },
      ] as [() async throws -> Void] {
        let error = try await failure { try await body() }
        #expect(error.code == .locked, "\(error)")
        #expect(error.detail.contains(#"User:"bot-x""#))
        #expect(!error.isTransient && !error.mayHaveTakenEffect)
      }
      await sandbox.unlock(user: "bot-x")
      let connection = try await sandbox.connect(as: try issued.identity)
      _ = try await connection.issue(try TestBot.renewal(sandbox))
    }
  }

  @Test(arguments: majors, [FaultMoment.beforeCommit, .afterCommit])
  func aRenewalWithoutAnAnswerMayHaveTakenEffect(major: Int, moment: FaultMoment) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await TestBot.join(sandbox)
      let connection = try await sandbox.connect(as: bot.identity)
      await sandbox.faults.inject(.cut, at: moment) { $0.operation == Self.issue }
      let error = try await failure { try await connection.issue(try TestBot.renewal(sandbox)) }
      #expect(error.mayHaveTakenEffect, "\(error)")
      #expect(error.isTransient)
      let generation = moment == .afterCommit ? 2 : 1
      #expect(await sandbox.generations(ofBot: "x") == [UInt64(generation)])
      #expect(await sandbox.calls(Self.issue) == 1)
      // The server itself can tell, up to 15.
      let again = try await sandbox.connect(as: bot.identity)
      #expect(try await again.ownGeneration() == (major < 16 ? generation : nil))
    }
  }

  /// The counter is moved before the certificate is made: also what is refused may have moved it.
  @Test(arguments: majors)
  func aRefusedRenewalMayHaveMovedTheCounter(major: Int) async throws {
    try await withBot(major) { sandbox, connection in
      await sandbox.faults.inject(.fail(code: 3, message: "no"), at: .afterCommit) {
        $0.operation == Self.issue
      }
      let error = try await failure { try await connection.issue(try TestBot.renewal(sandbox)) }
      #expect(error.code == .invalidArgument)
      #expect(error.mayHaveTakenEffect)
      #expect(await sandbox.generations(ofBot: "x") == [2])
    }
  }

  /// What could fail besides comes before, so that a certificate that was issued is not lost to it.
  @Test(arguments: majors)
  func nothingIsAskedForAfterTheCertificate(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await TestBot.join(sandbox)
      let connection = try await sandbox.connect(as: bot.identity)
      let method = "proto.AuthService/GetClusterCACert"
      await sandbox.faults.inject(.cut) { $0.operation == method }
      let error = try await failure { try await connection.issue(try TestBot.renewal(sandbox)) }
      #expect(error.code == .unreachable)
      #expect(!error.mayHaveTakenEffect)
      #expect(await sandbox.generations(ofBot: "x") == [1])
      #expect(await sandbox.calls(Self.issue) == 0)
      let again = try await sandbox.connect(as: bot.identity)
      await sandbox.faults.forgetRequests()
      _ = try await again.issue(try TestBot.renewal(sandbox))
      #expect(await sandbox.faults.requests.map(\.operation).suffix(2) == [method, Self.issue])
    }
  }

  @Test(arguments: majors)
  func rolesCanBeAskedFor(major: Int) async throws {
    try await withBot(major, roles: ["one", "two"]) { sandbox, connection in
      for role in ["one", "two", "three"] {
        try await sandbox.put("role", TestResource.role(role, kinds: ["role"]))
      }
      for roles in [["one"], ["one", "two"]] {
        let issued = try await connection.issue(try TestBot.renewal(sandbox, roles: roles))
        let identity = try issued.identity
        #expect(identity.certificate.commonName == "bot-x")
        #expect(identity.certificate.organizations.sorted() == roles)
        // It can what the role can, and ask for nothing more.
        let narrow = try await sandbox.connect(as: identity)
        #expect(
          try await ResourceCalls(narrow).get("three", of: TestResource.roleSchema) != nil)
        let error = try await failure { try await narrow.issue(try TestBot.renewal(sandbox)) }
        #expect(error.code == .permissionDenied)
      }
      let refused = try await failure {
        try await connection.issue(try TestBot.renewal(sandbox, roles: ["three"]))
      }
      #expect(refused.code == .permissionDenied)
      #expect(refused.detail.contains("three"))
      #expect(!refused.mayHaveTakenEffect)
      // Not the bot's own roles, which is what a missing list means.
      let none = try await failure {
        try await connection.issue(try TestBot.renewal(sandbox, roles: []))
      }
      #expect(none.code == .invalidArgument)
      #expect(await sandbox.generations(ofBot: "x") == [1])
    }
  }
}
