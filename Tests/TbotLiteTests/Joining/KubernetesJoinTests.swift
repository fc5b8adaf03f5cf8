import Credentials
import FoundationEssentials
import TeleportSandbox
import Testing

@testable import tbot_lite

@Suite(.serialized, .timeLimit(.minutes(1))) struct KubernetesJoinTests {
  @Test(arguments: [12, 15, 18])
  func eachRenewalJoinsAnewAndNothingIsKept(major: Int) async throws {
    try await JoinStage.with(major, method: "kubernetes") { stage in
      for _ in 0..<2 {
        #expect(try await stage.crash.run().isWaiting)
        let certificate = try stage.certificate()
        #expect(certificate.organizations == ["reader"])
        #expect(!certificate.isRenewable)
      }
      #expect(!FileManager.default.fileExists(atPath: stage.storage))
    }
  }

  @Test func aTokenOfAnotherServiceAccountIsRefusedUntilItIsRight() async throws {
    try await JoinStage.with(18, method: "kubernetes") { stage in
      try stage.writeJWT("bad")
      let log = LogLines()
      let rest = try await stage.crash.run(log: log)
      #expect(rest.failure == nil && !rest.isWaiting)
      #expect(log.count(of: .notice) == 1)
      try stage.writeJWT("good")
      #expect(try await stage.crash.run().isWaiting)
    }
  }

  @Test func aLockIsOvercomeWhenItIsLifted() async throws {
    let clock = ManualClock()
    try await JoinStage.with(18, method: "kubernetes", clock: clock) { stage in
      let settings = stage.crash.settings
      let log = LogLines()
      let bot = try BotService(
        settings: settings, source: settings.makeSource(),
        deliveries: settings.outputs.map { try BotService.delivery($0, nil) },
        logger: log.logger, now: { clock.date }, clock: clock)
      let running = Task { try await bot.run() }
      var sleeps = clock.sleeps.makeAsyncIterator()
      var delay = try #require(await sleeps.next())
      let before = try stage.crash.published()
      await stage.sandbox.lock(user: JoinStage.user, message: "under investigation")
      for _ in 0..<3 {
        clock.advance(by: delay)
        delay = try #require(await sleeps.next())
        #expect(delay <= .seconds(60))
        #expect(try stage.crash.published() == before)
      }
      #expect(log.all.contains { $0.contains("lock targeting User:") }, "\(log.all)")
      await stage.sandbox.unlock(user: JoinStage.user)
      clock.advance(by: delay)
      #expect(try #require(await sleeps.next()) > .seconds(600))
      #expect(try stage.crash.published() != before)
      running.cancel()
      try await running.value
    }
  }
}
