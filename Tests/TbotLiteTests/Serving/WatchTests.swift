import Credentials
import FoundationEssentials
import TeleportSandbox
import Testing

@testable import tbot_lite

/// What renews at once, in real time.
@Suite(.serialized, .timeLimit(.minutes(1))) struct WatchTests {
  /// A bot with all that watches for it, whose next renewal is far away.
  private func with(
    _ major: Int,
    _ body: (TeleportSandbox, BotService, _ next: () async throws -> PublishedDirectory.Generation)
      async throws -> Void
  ) async throws {
    try await BotFixture.withSandbox(TeleportSandbox.Options(major: major)) { sandbox in
      let settings = try BotFixture.settings(sandbox)
      let destination = BotFixture.destination(settings)
      let bot = try BotService(settings, logger: LogLines().logger)
      let running = Task {
        try await withThrowingTaskGroup { group in
          group.addTask { try await bot.run() }
          group.addTask { try await AuthorityWatch(bot: bot).run() }
          group.addTask { try await IdentityWatch(bot: bot).run() }
          try await group.waitForAll()
        }
      }
      var last = ""
      try await body(sandbox, bot) {
        for await _ in DirectoryWatcher(path: destination).signals() {
          guard let generation = try? PublishedDirectory(path: destination).read(),
            generation.name != last
          else { continue }
          last = generation.name
          return generation
        }
        throw CancellationError()
      }
      running.cancel()
      _ = try? await running.value
    }
  }

  @Test(arguments: [14, 18])
  func everyPhaseOfARotationIsPublishedAtOnce(major: Int) async throws {
    try await with(major) { sandbox, _, next in
      _ = try await next()
      await sandbox.waitForEventStreams(count: 1)
      for phase in [
        TeleportSandbox.RotationPhase.initial, .updateClients, .updateServers, .standby,
      ] {
        try await sandbox.rotateHostAuthority(to: phase)
        var generation = try await next()
        // The admin identity changes as well: what comes first need not have it all.
        let authorities = try await sandbox.hostAuthorities
        while Set(generation.identity.trustedCAPEMs) != Set(authorities) {
          generation = try await next()
        }
        await sandbox.waitForEventStreams(count: 1)
      }
    }
  }

  @Test func aNewUserAuthorityReachesTheDirectory() async throws {
    try await with(18) { sandbox, bot, next in
      _ = try await next()
      await sandbox.waitForEventStreams(count: 1)
      try await sandbox.rotateUserAuthority(to: .initial)
      _ = try await next()
      let path = BotFixture.destination(bot.settings) + "/teleport-user-ca.crt"
      let published = PEM.blocks(try String(contentsOfFile: path, encoding: .utf8))
      #expect(published.count == 2)
      #expect(Set(published) == Set(try await sandbox.userAuthorities))
    }
  }

  @Test func aNewAdminIdentityIsTakenUpAtOnce() async throws {
    try await with(18) { sandbox, _, next in
      let before = try await next()
      try await sandbox.renewIdentity()
      #expect(try await next().name != before.name)
    }
  }

  @Test func aRequestRenewsAtOnce() async throws {
    try await with(18) { _, bot, next in
      let before = try await next()
      bot.requests.request(.signal)
      #expect(try await next().name != before.name)
    }
  }
}
