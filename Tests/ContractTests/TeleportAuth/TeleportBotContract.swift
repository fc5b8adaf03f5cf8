import Documents
import FoundationEssentials
import TeleportClient
import TeleportSchema
import Testing
import X509

@Suite("Teleport auth contract: bots")
struct TeleportBotContract {
  private func joined(
    _ session: TeleportSession, roles: [String] = [], lifetime: Double = 600
  ) async throws -> (name: String, bot: ContractBot) {
    let name = try await session.makeBot(roles: roles)
    let token = try await session.makeToken(bot: name)
    let bot = try await ContractBot.join(
      session, user: "bot-\(name)", token: token, lifetime: lifetime)
    return (name, bot)
  }

  // MARK: - Joining

  @Test("a token makes a renewable certificate", arguments: TeleportTarget.all)
  func join(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let (name, bot) = try await joined(session)
      #expect(bot.roles == ["bot-\(name)"])
      #expect(bot.isRenewable)
      #expect(bot.generation == 1)
      #expect(bot.impersonator == nil)
      let lifetime = bot.certificate.notValidAfter.timeIntervalSinceNow
      #expect(lifetime > 590 && lifetime <= 600)
      // The users' CA, then the hosts'.
      let authorities = try bot.authorities.map { try Certificate(pemEncoded: $0) }
      let hosts = try await session.connection.hostCAs().map { try Certificate(pemEncoded: $0) }
      let issuer = try #require(authorities.first)
      #expect(issuer.publicKey.isValidSignature(bot.certificate.signature, for: bot.certificate))
      #expect(Array(authorities.dropFirst()) == hosts)
      _ = try await bot.call("proto.AuthService/Ping")
    }
  }

  @Test("a bot's token is good for one join", arguments: TeleportTarget.all)
  func usedToken(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = try await session.makeBot()
      let token = try await session.makeToken(bot: name)
      _ = try await ContractBot.join(session, user: "bot-\(name)", token: token)
      let refusal = try await session.eventually { () -> BotRefusal? in
        let refusal = await self.refusal {
          try await ContractBot.join(session, user: "bot-\(name)", token: token)
        }
        // Until reads have caught up, the token is there, and the bot has its certificate.
        return refusal?.code == 7 ? refusal : nil
      }
      #expect(
        refusal.message
          == "\"bot\" can not join the cluster with role \"Bot\", token expired or not found")
    }
  }

  @Test("a bot that the user counts for joins once", arguments: TeleportTarget.all)
  func secondToken(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let (name, _) = try await joined(session)
      let token = try await session.makeToken(bot: name)
      let refusal = await self.refusal {
        try await ContractBot.join(session, user: "bot-\(name)", token: token)
      }
      let counted = BotRefusal(
        code: 3,
        message: "user \"bot-\(name)\" has already been issued a renewable certificate and cannot "
          + "be issued another; consider deleting and recreating the bot")
      #expect(refusal == (session.major <= 15 ? counted : nil))
    }
  }

  @Test("unfit tokens are refused, each in its own words", arguments: TeleportTarget.all)
  func unfitTokens(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      func refusal(_ token: String, role: String = "Bot") async -> BotRefusal? {
        await self.refusal {
          try await ContractBot.join(session, user: "bot-x", token: token, role: role)
        }
      }
      #expect(
        await refusal("contract-unknown")
          == BotRefusal(
            code: 7,
            message:
              "\"bot\" can not join the cluster with role \"Bot\", token expired or not found"))
      let node = try await session.makeToken(bot: "", roles: ["Node"])
      #expect(
        await refusal(node)
          == BotRefusal(
            code: 3,
            message: "node \"bot\" [host] can not join the cluster, the token does not allow "
              + "\"Bot\" role"))
      let orphan = try await session.makeToken(bot: "contract-nobody")
      #expect(await refusal(orphan) == BotRefusal(code: 7, message: "access denied"))
      #expect(
        await refusal(orphan, role: "bot")
          == BotRefusal(code: 3, message: "role bot is not registered"))
      #expect(await refusal("") == BotRefusal(code: 3, message: "missing parameter Token"))
      let kubernetes = try await session.makeToken(bot: "contract-nobody", method: "kubernetes")
      #expect(
        await refusal(kubernetes)
          == BotRefusal(code: 3, message: "IDToken not provided for Kubernetes join request"))
    }
  }

  @Test("a token that is not there is not named in full", arguments: TeleportTarget.all)
  func missingToken(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let administrator = try await ContractBot.administrator(session, for: "nobody")
      var request = WireWriter()
      request.string(1, "nosuch67")
      for method in ["GetToken", "DeleteToken"] {
        #expect(
          await refusal {
            try await administrator.call("proto.AuthService/\(method)", request.bytes)
          } == BotRefusal(code: 5, message: "provisioning token(******67) not found"))
      }
    }
  }

  @Test("bots get no more than a day, or a week", arguments: TeleportTarget.all)
  func longestLifetime(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let (_, bot) = try await joined(session, lifetime: 29 * 3600)
      let lifetime = bot.certificate.notValidAfter.timeIntervalSinceNow
      let limit: Double = session.major >= 17 ? 29 * 3600 : 24 * 3600
      #expect(lifetime > limit - 10 && lifetime <= limit)
    }
  }

  @Test("an end in the past makes a certificate that is over", arguments: TeleportTarget.all)
  func pastEnd(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let (_, bot) = try await joined(session, lifetime: -3600)
      #expect(bot.certificate.notValidAfter < Date())
    }
  }

  // MARK: - Renewal

  @Test("each renewal counts one on", arguments: TeleportTarget.all)
  func renewal(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      var (name, bot) = try await joined(session)
      for generation in 2...3 {
        bot = try await bot.renewed(lifetime: 3600)
        #expect(bot.generation == generation)
        #expect(bot.isRenewable)
        #expect(bot.impersonator == nil)
        #expect(bot.certificate.notValidAfter.timeIntervalSinceNow > 3500)
        let hosts = try await session.connection.hostCAs()
        #expect(bot.authorities.count == 1 + hosts.count)
      }
      let current = bot
      try await session.eventually {
        let user = try session.users.decode(try await currentUser(current))
        #expect(user[["metadata", "name"]]?.string == "bot-\(name)")
        let labels = user[["metadata", "labels"]]
        return labels?["teleport.internal/bot-generation"]?.string == "3" ? () : nil
      }
    }
  }

  private func currentUser(_ bot: ContractBot) async throws -> [UInt8] {
    guard bot.session.isModern else {
      return try await bot.call("proto.AuthService/GetCurrentUser")
    }
    var request = WireWriter()
    request.varint(2, 1)
    let reply = try await bot.call("teleport.users.v1.UsersService/GetUser", request.bytes)
    return try WireReader.bytes(at: [1], in: reply).map { [UInt8]($0) } ?? []
  }

  @Test("an old certificate locks the bot", arguments: TeleportTarget.all)
  func mismatch(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let (name, first) = try await joined(session)
      let second = try await first.renewed()
      let refusal = try #require(await refusal { try await first.renewed() })
      #expect(refusal.code == 7)
      #expect(refusal.message.hasPrefix("renewable cert generation mismatch"))
      #expect(refusal.message.hasSuffix("stored=2, presented=1"))
      // The caller is not told why.
      let denied = try await session.eventually {
        await self.refusal { try await second.call("proto.AuthService/Ping") }
      }
      #expect(denied.code == 7)
      #expect(
        denied.message == (session.major <= 11 ? "[10] access denied" : "access denied"))
      // Who asks on the bot's behalf is.
      let administrator = try await ContractBot.administrator(session, for: "bot-\(name)")
      #expect(
        await self.refusal { try await administrator.renewed() }
          == BotRefusal(
            code: 7,
            message:
              "lock targeting User:\"bot-\(name)\" is in force: The bot user \"bot-\(name)\" "
              + "has been locked due to a certificate generation mismatch, possibly indicating a "
              + "stolen certificate."))
    }
  }

  // MARK: - Roles

  @Test("a bot asks for the roles that it may impersonate", arguments: TeleportTarget.all)
  func roleRequest(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole(["logins": ["root"]])
      let (name, bot) = try await joined(session, roles: [role])
      let output = try await bot.renewed(lifetime: 3600, roles: [role])
      #expect(output.roles == [role])
      #expect(output.impersonator == "bot-\(name)")
      #expect(output.isReissueForbidden)
      #expect(!output.isRenewable)
      #expect(output.generation == 0)
      let lifetime = output.certificate.notValidAfter.timeIntervalSinceNow
      #expect(lifetime > 3500)
      #expect(
        await refusal { try await output.renewed() }
          == BotRefusal(
            code: 7, message: "access denied: identity is not allowed to reissue certificates"))
      #expect(try await bot.renewed().generation == 2)
    }
  }

  @Test("other roles are refused", arguments: TeleportTarget.all)
  func otherRoles(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let (name, bot) = try await joined(session, roles: [role])
      #expect(
        await refusal { try await bot.renewed(roles: [role, "editor"]) }
          == BotRefusal(
            code: 7,
            message: "user \"bot-\(name)\" has requested role impersonation for "
              + "[\"\(role)\" \"editor\"]"))
      #expect(
        await refusal { try await bot.renewed(roles: ["contract-gone"]) }
          == BotRefusal(code: 5, message: "role contract-gone is not found"))
      #expect(
        await refusal { try await bot.renewed(roles: []) }
          == BotRefusal(code: 3, message: "at least one role request is required"))
    }
  }

  private func refusal(_ body: () async throws -> some Any) async -> BotRefusal? {
    do {
      _ = try await body()
      return nil
    } catch let refusal as BotRefusal {
      return refusal
    } catch {
      Issue.record(error)
      return nil
    }
  }
}
