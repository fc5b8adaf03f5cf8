import Documents
import FoundationEssentials
import Testing
import X509

@testable import TeleportSandbox

/// Becoming a member of the cluster with nothing but a token.
@Suite struct TeleportAuthJoinTests {
  static let majors = [11, 14, 15, 16, 18]

  @Test(arguments: majors)
  func tokenIsGoodForOneRenewableCertificate(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      let token = try await sandbox.addBot(name: "x", roles: ["operator"])
      let bot = try await TeleportAuthBot.join(sandbox, "x", token: token)
      let identity = try bot.identity
      #expect(identity.username == "bot-x")
      #expect(identity.roles == ["bot-x"])
      #expect(identity.isRenewable)
      #expect(identity.generation == 1)
      #expect(identity.botName == "x")
      #expect(identity.botInstanceID.isEmpty == (major < 16))
      #expect(try bot.certificate.publicKey == bot.key.certificateKey.publicKey)
      let lifetime = try await bot.lifetime()
      #expect(lifetime > 590 && lifetime <= 600)
      #expect(await sandbox.generations(ofBot: "x") == [1])
      // Users' CA first; with the hosts' it can verify the server from now on.
      #expect(
        try await bot.authorities == sandbox.userAuthorities + sandbox.hostAuthorities)
      #expect(await sandbox.names("token").isEmpty)
      await expectRefusal(7, "token expired or not found") {
        try await TeleportAuthBot.join(sandbox, "x", token: token)
      }
      _ = try await bot.call("proto.AuthService/Ping")
    }
  }

  @Test(arguments: majors)
  func secondTokenIsOfNoUseWhereTheUserCounts(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: [])
      _ = try await TeleportAuthBot.join(sandbox, "x", token: token)
      try await sandbox.addToken(name: "second", botName: "x")
      guard major < 16 else {
        let other = try await TeleportAuthBot.join(sandbox, "x", token: "second")
        #expect(try other.identity.generation == 1)
        #expect(await sandbox.generations(ofBot: "x") == [1, 1])
        return
      }
      await #expect(
        throws: BotRefusal(
          code: 3,
          message: "user \"bot-x\" has already been issued a renewable certificate and cannot be "
            + "issued another; consider deleting and recreating the bot")
      ) { try await TeleportAuthBot.join(sandbox, "x", token: "second") }
      // It stays for when the bot has been made anew.
      #expect(await sandbox.names("token") == ["second"])
    }
  }

  @Test(arguments: majors)
  func unfitTokensAreRefused(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let now = await sandbox.now
      try await sandbox.addToken(name: "late", botName: "x", expires: now.addingTimeInterval(-1))
      try await sandbox.addToken(name: "node", roles: ["Node"])
      try await sandbox.addToken(name: "nobody", botName: "nobody")
      for token in ["late", "unknown"] {
        await #expect(
          throws: BotRefusal(
            code: 7,
            message:
              "\"bot\" can not join the cluster with role \"Bot\", token expired or not found"
          )
        ) { try await TeleportAuthBot.join(sandbox, "x", token: token) }
      }
      await #expect(
        throws: BotRefusal(
          code: 3,
          message: "node \"bot\" [host] can not join the cluster, the token does not allow "
            + "\"Bot\" role")
      ) { try await TeleportAuthBot.join(sandbox, "x", token: "node") }
      await #expect(throws: BotRefusal(code: 7, message: "access denied")) {
        try await TeleportAuthBot.join(sandbox, "x", token: "nobody")
      }
      await #expect(throws: BotRefusal(code: 3, message: "role bot is not registered")) {
        try await TeleportAuthBot.join(sandbox, "x", token: "nobody", role: "bot")
      }
      await #expect(throws: BotRefusal(code: 3, message: "missing parameter Token")) {
        try await TeleportAuthBot.join(sandbox, "x", token: "")
      }
    }
  }

  @Test(arguments: majors)
  func lifetimeIsWhatIsAskedForWithinLimits(major: Int) async throws {
    var options = TeleportSandbox.Options(major: major)
    options.cacheLag = .none
    try await withSandbox(options) { sandbox in
      func lifetime(_ name: String, _ asked: Double?) async throws -> Double {
        let token = try await sandbox.addBot(name: name, roles: [])
        let bot = try await TeleportAuthBot.join(sandbox, name, token: token, lifetime: asked)
        return try await bot.lifetime()
      }
      let byDefault = try await lifetime("a", nil)
      #expect(byDefault > 3590 && byDefault <= 3600)
      // The bot's role allows no more.
      let capped = try await lifetime("b", 30 * 86_400)
      #expect(capped > 12 * 3600 - 10 && capped <= 12 * 3600)
      #expect(try await lifetime("c", -60) < 0)
    }
  }

  @Test(arguments: [14, 18])
  func ownLimitCapsEveryCertificate(major: Int) async throws {
    var options = TeleportSandbox.Options(major: major)
    options.maximumCertificateLifetime = .seconds(120)
    try await withSandbox(options) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: [])
      let bot = try await TeleportAuthBot.join(sandbox, "x", token: token, lifetime: 600)
      #expect(try await bot.lifetime() <= 120)
      let renewed = try await bot.renewed(lifetime: 600)
      let lifetime = try await renewed.lifetime()
      #expect(lifetime > 110 && lifetime <= 120)
    }
  }

  @Test func botThatJoinsAgainKeepsItsInstance() async throws {
    var options = TeleportSandbox.Options(major: 18)
    options.reviewToken = { _ in .serviceAccount("ns:good") }
    try await withSandbox(options) { sandbox in
      let token = try await sandbox.addBot(
        name: "x", roles: [], method: .kubernetes(["ns:good"]))
      let first = try await TeleportAuthBot.join(sandbox, "x", token: token, idToken: "jwt")
      let second = try await TeleportAuthBot.join(
        sandbox, "x", token: token, idToken: "jwt", with: first.credentials)
      #expect(try second.identity.botInstanceID == first.identity.botInstanceID)
      #expect(try second.identity.generation == 2)
      // Counted, but not held to it; without a certificate it is somebody else.
      let third = try await TeleportAuthBot.join(
        sandbox, "x", token: token, idToken: "jwt", with: first.credentials)
      #expect(try third.identity.generation == 3)
      let other = try await TeleportAuthBot.join(sandbox, "x", token: token, idToken: "jwt")
      #expect(try other.identity.botInstanceID != first.identity.botInstanceID)
      #expect(await sandbox.generations(ofBot: "x") == [1, 3])
      #expect(await sandbox.locks.isEmpty)
    }
  }

  @Test(arguments: [11, 14])
  func someVersionsHaveNoKubernetesForBots(major: Int) async throws {
    var options = TeleportSandbox.Options(major: major)
    options.reviewToken = { _ in .serviceAccount("ns:good") }
    try await withSandbox(options) { sandbox in
      let token = try await sandbox.addBot(
        name: "x", roles: [], method: .kubernetes(["ns:good"]))
      await expectRefusal(3, "unsupported join method \"kubernetes\" for bot") {
        try await TeleportAuthBot.join(sandbox, "x", token: token, idToken: "jwt")
      }
    }
  }

  @Test(arguments: [12, 15, 18])
  func kubernetesVouchesForServiceAccounts(major: Int) async throws {
    var options = TeleportSandbox.Options(major: major)
    options.reviewToken = { token in
      switch token {
      case "good": .serviceAccount("ns:good")
      case "other": .serviceAccount("ns:other")
      default: .refused("bad token")
      }
    }
    try await withSandbox(options) { sandbox in
      let token = try await sandbox.addBot(
        name: "x", roles: [], method: .kubernetes(["ns:a", "ns:good"]))
      for _ in 1...2 {
        let bot = try await TeleportAuthBot.join(sandbox, "x", token: token, idToken: "good")
        #expect(try !bot.identity.isRenewable)
        // Nor does it last longer for being made anew.
        let again = try await bot.renewed(lifetime: 3600)
        #expect(try again.certificate.notValidAfter == bot.certificate.notValidAfter)
        #expect(try !again.identity.isRenewable)
      }
      await expectRefusal(7, "did not match any allow rules") {
        try await TeleportAuthBot.join(sandbox, "x", token: token, idToken: "other")
      }
      await expectRefusal(7, "kubernetes failed to validate token: bad token") {
        try await TeleportAuthBot.join(sandbox, "x", token: token, idToken: "forged")
      }
      await #expect(
        throws: BotRefusal(code: 3, message: "IDToken not provided for Kubernetes join request")
      ) { try await TeleportAuthBot.join(sandbox, "x", token: token) }
    }
  }
}

/// Expects a refusal with that code, whose message ends so.
func expectRefusal<Result: Sendable>(
  _ code: Int, _ end: String, sourceLocation: SourceLocation = #_sourceLocation,
  of body: () async throws -> Result
) async {
  await #expect(sourceLocation: sourceLocation) {
    _ = try await body()
  } throws: { error in
    guard let refusal = error as? BotRefusal else { return false }
    return refusal.code == code && refusal.message.hasSuffix(end)
  }
}
