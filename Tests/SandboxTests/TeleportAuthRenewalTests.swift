import Documents
import FoundationEssentials
import TeleportSchema
import Testing

@testable import TeleportSandbox

/// A bot that lives on: renewal, its count, and what is put in its place.
@Suite struct TeleportAuthRenewalTests {
  static let majors = [11, 12, 14, 15, 16, 18]

  private func bot(
    _ sandbox: TeleportSandbox, roles: [String] = [], lifetime: Double = 600
  ) async throws -> TeleportAuthBot {
    let token = try await sandbox.addBot(name: "x", roles: roles)
    return try await TeleportAuthBot.join(sandbox, "x", token: token, lifetime: lifetime)
  }

  private func currentUser(_ bot: TeleportAuthBot) async throws -> [UInt8] {
    guard bot.sandbox.version.major >= 15 else {
      return try await bot.call("proto.AuthService/GetCurrentUser")
    }
    var request = WireWriter()
    request.varint(2, 1)
    return try await bot.call("teleport.users.v1.UsersService/GetUser", request.bytes)
      .message(at: [1]) ?? []
  }

  @Test(arguments: majors)
  func eachRenewalCountsOneOn(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      var bot = try await bot(sandbox)
      let instance = try bot.identity.botInstanceID
      for generation in UInt64(2)...3 {
        bot = try await bot.renewed(lifetime: 3600)
        let identity = try bot.identity
        #expect(identity.generation == generation)
        #expect(identity.isRenewable)
        #expect(identity.impersonator.isEmpty)
        #expect(identity.botInstanceID == instance)
        #expect(await sandbox.generations(ofBot: "x") == [generation])
        #expect(
          try await bot.authorities == sandbox.userAuthorities + sandbox.hostAuthorities)
        // Past the end of the one before.
        #expect(try await bot.lifetime() > 3590)
        let labels = try await currentUser(bot).map(at: ResourceField.labels)
        #expect(labels["teleport.internal/bot"] == "x")
        #expect(labels["teleport.internal/bot-generation"] == "\(generation)")
      }
    }
  }

  @Test(arguments: majors)
  func oldCertificateLocksTheBot(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let first = try await bot(sandbox)
      let second = try await first.renewed()
      await expectRefusal(7, "stored=2, presented=1") { try await first.renewed() }
      let lock = try #require(await sandbox.locks.first)
      #expect(lock.user == "bot-x")
      #expect(
        lock.message
          == "The bot user \"bot-x\" has been locked due to a certificate generation mismatch, "
          + "possibly indicating a stolen certificate.")
      // Every certificate is worthless now, and what the caller hears does not say why.
      let denied = BotRefusal(
        code: 7, message: major <= 12 ? "[10] access denied" : "access denied")
      await #expect(throws: denied) { try await second.renewed() }
      await #expect(throws: denied) { try await second.call("proto.AuthService/Ping") }
      await expectRefusal(7, lock.message) {
        let administrator = TeleportAuthBot(
          sandbox, "x", try .generate(.rsa2048), try await sandbox.adminCredentials)
        return try await administrator.renewed()
      }
      await sandbox.unlock(user: "bot-x")
      #expect(await sandbox.locks.isEmpty)
      #expect(try await second.renewed().identity.generation == 3)
    }
  }

  @Test(arguments: majors)
  func lostAnswerIsAMismatchToo(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await bot(sandbox)
      await sandbox.faults.inject(.cut, at: .afterCommit) {
        $0.operation == "proto.AuthService/GenerateUserCerts"
      }
      await #expect(throws: BotRefusal.self) { try await bot.renewed() }
      #expect(await sandbox.generations(ofBot: "x") == [2])
      await expectRefusal(7, "stored=2, presented=1") { try await bot.renewed() }
    }
  }

  @Test(arguments: majors)
  func failureBeforeTheCommitCountsNothing(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await bot(sandbox)
      await sandbox.faults.inject(.fail(code: 14, message: "not now")) {
        $0.operation == "proto.AuthService/GenerateUserCerts"
      }
      await #expect(throws: BotRefusal(code: 14, message: "not now")) { try await bot.renewed() }
      #expect(try await bot.renewed().identity.generation == 2)
    }
  }

  // MARK: - Roles

  @Test(arguments: majors)
  func botAsksForTheRolesThatItMayImpersonate(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      let bot = try await bot(sandbox, roles: ["operator"])
      let output = try await bot.renewed(lifetime: 3600, roles: ["operator"])
      let identity = try output.identity
      #expect(identity.roles == ["operator"])
      #expect(identity.impersonator == "bot-x")
      #expect(identity.isReissueForbidden)
      #expect(!identity.isRenewable)
      #expect(identity.generation == 0)
      let lifetime = try await output.lifetime()
      #expect(lifetime > 3590)
      // Nothing was counted.
      #expect(await sandbox.generations(ofBot: "x") == [1])
      _ = try await output.call("proto.AuthService/GetRole", named("editor"))
      await expectRefusal(7, "identity is not allowed to reissue certificates") {
        try await output.renewed()
      }
      #expect(try await bot.renewed().identity.generation == 2)
    }
  }

  @Test(arguments: majors)
  func otherRolesAreRefused(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      let bot = try await bot(sandbox, roles: ["operator"])
      await expectRefusal(
        7, "user \"bot-x\" has requested role impersonation for [\"operator\" \"editor\"]"
      ) { try await bot.renewed(roles: ["operator", "editor"]) }
      await expectRefusal(5, "role gone is not found") { try await bot.renewed(roles: ["gone"]) }
      await expectRefusal(3, "at least one role request is required") {
        try await bot.renewed(roles: [])
      }
    }
  }

  // MARK: - Lifetimes

  @Test(arguments: [14, 18])
  func certificatesLastNoLongerThanRolesLet(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      var role = Fixture.operatorRole
      role["spec"]?["options"] = ["max_session_ttl": "30m"]
      try await sandbox.put("role", role)
      let bot = try await bot(sandbox, roles: ["operator"])
      #expect(try await bot.renewed(lifetime: 90 * 86_400).lifetime() <= 12 * 3600)
      let output = try await bot.renewed(lifetime: 3600, roles: ["operator"])
      #expect(try await output.lifetime() <= 1800)
    }
  }

  @Test(arguments: [14, 18])
  func longestLifetimeDependsOnTheVersion(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: [])
      var role = try #require(try await sandbox.resource("role", "bot-x"))
      role["spec"]?["options"]?["max_session_ttl"] = "1000h"
      try await sandbox.put("role", role)
      let bot = try await TeleportAuthBot.join(
        sandbox, "x", token: token, lifetime: 30 * 86_400)
      let days = major >= 17 ? 7.0 : 1
      let lifetime = try await bot.lifetime()
      #expect(lifetime > days * 86_400 - 10 && lifetime <= days * 86_400)
    }
  }

  @Test(arguments: [12, 14])
  func beforeFourteenOnlyBotsExtendThemselvesWithRoles(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      _ = try await sandbox.addBot(name: "x", roles: ["operator"])
      // Of the bot, but not renewable, as what a platform vouches for.
      let other = TeleportAuthBot(
        sandbox, "x", try .generate(.rsa2048),
        try await sandbox.state.plainCredentials(of: "bot-x", lifetime: .seconds(600)))
      let lifetime = try await other.renewed(lifetime: 3600, roles: ["operator"]).lifetime()
      // Certificates carry whole seconds.
      #expect(major < 14 ? lifetime <= 602 : lifetime > 3590)
    }
  }

  @Test func instanceThatIsGoneStartsAnew() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let bot = try await bot(sandbox).renewed()
      let instance = try bot.identity.botInstanceID
      await sandbox.state.forgetBotInstances()
      let renewed = try await bot.renewed()
      #expect(try renewed.identity.botInstanceID != instance)
      #expect(try renewed.identity.generation == 3)
    }
  }
}

extension AuthState {
  func forgetBotInstances() { botInstances = [:] }

  /// Certificates that say of nobody that it asked for them on the user's behalf.
  func plainCredentials(
    of name: String, lifetime: Duration
  ) throws -> TeleportSandbox.ClientCredentials {
    let key = try KeyPair.generate(.p256)
    let user = try user(name)
    let certificates = try UserCertificates.issue(
      for: try identity(of: user, roles: user.roles, traits: user.traits),
      sshKey: try key.sshPublicKey(), tlsKey: key.certificateKey.publicKey,
      authority: pki.userAuthority, now: now,
      expires: now.addingTimeInterval(lifetime / .seconds(1)))
    return TeleportSandbox.ClientCredentials(
      certificate: certificates.tls, key: key.pem, sshCertificate: certificates.ssh,
      hostAuthorities: [])
  }
}
