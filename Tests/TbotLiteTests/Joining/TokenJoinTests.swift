import Credentials
import FoundationEssentials
import Glibc
import SandboxFaults
import TeleportSandbox
import Testing

@testable import tbot_lite

@Suite(.serialized, .timeLimit(.minutes(2))) struct TokenJoinTests {
  @Test(arguments: majors)
  func itJoinsOnceAndThenRenews(major: Int) async throws {
    let clock = ManualClock()
    try await JoinStage.with(major, clock: clock) { stage in
      let settings = stage.crash.settings
      let log = LogLines()
      let bot = try BotService(
        settings: settings, source: settings.makeSource(),
        deliveries: settings.outputs.map { try BotService.delivery($0, nil) },
        logger: log.logger, now: { clock.date }, clock: clock)
      let running = Task { try await bot.run() }
      var sleeps = clock.sleeps.makeAsyncIterator()
      for round in 1...4 {
        let delay = try #require(await sleeps.next())
        // One instance of a bot, and its count goes up by one at a time.
        #expect(await stage.sandbox.generations(ofBot: JoinStage.bot) == [UInt64(round)])
        let certificate = try stage.certificate()
        #expect(certificate.organizations == ["reader"])
        #expect(certificate.commonName == JoinStage.user)
        #expect(await bot.report.problems == [], "\(log.all)")
        // TLS goes by the real time: within the hour that the first identity lasts.
        clock.advance(by: min(delay, .seconds(700)))
        clock.advance(by: max(.zero, delay - .seconds(700)))
      }
      running.cancel()
      try await running.value
      let joins = await stage.sandbox.faults.requests.filter {
        $0.operation.contains("register") || $0.operation.contains("RegisterUsingToken")
      }
      #expect(joins.count <= 2, "\(joins)")
      #expect(log.count(of: .warning) == 0, "\(log.all)")
    }
  }

  @Test func whatIsKeptIsTbotsAndNobodyElsesToRead() async throws {
    try await JoinStage.with(18) { stage in
      #expect(try await stage.crash.run().isWaiting)
      let names = try FileManager.default.contentsOfDirectory(atPath: stage.storage)
      for name in [
        "key", "key.pub", "tlscert", "key-cert.pub", "tlscacerts", "sshcacerts", "tokenhash",
      ] {
        #expect(names.contains(name), "\(name)")
        var status = stat()
        stat(stage.storage + "/" + name, &status)
        #expect(status.st_mode & 0o777 == 0o600, "\(name)")
      }
      let token = try String(contentsOfFile: stage.tokenFile, encoding: .utf8)
      let hash = try String(contentsOfFile: stage.storage + "/tokenhash", encoding: .utf8)
      #expect(hash.hasPrefix(IdentityStorage.hash(of: .init(token))))
      #expect(!hash.contains(token))
    }
  }

  /// The token is used up by the join: its file may go.
  @Test func whoHasJoinedNeedsNoToken() async throws {
    try await JoinStage.with(18) { stage in
      let log = LogLines()
      try FileManager.default.moveItem(atPath: stage.tokenFile, toPath: stage.tokenFile + ".away")
      #expect(try await !stage.crash.run(log: log).isWaiting)
      #expect(log.all.contains { $0.contains(stage.tokenFile) }, "\(log.all)")
      try FileManager.default.moveItem(atPath: stage.tokenFile + ".away", toPath: stage.tokenFile)
      #expect(try await stage.crash.run().isWaiting)
      try FileManager.default.removeItem(atPath: stage.tokenFile)
      #expect(try await stage.crash.run(ahead: 700).isWaiting)
      #expect(await stage.sandbox.generations(ofBot: JoinStage.bot) == [2])
    }
  }

  @Test func aSecondProcessIsKeptAway() async throws {
    try await JoinStage.with(18) { stage in
      #expect(try await stage.crash.run().isWaiting)
      let storage = IdentityStorage(path: stage.storage)
      let held = try storage.lock()
      let log = LogLines()
      let rest = try await stage.crash.run(log: log)
      #expect(!rest.isWaiting)
      #expect(log.all.contains { $0.contains(stage.storage) }, "\(log.all)")
      #expect(await stage.sandbox.generations(ofBot: JoinStage.bot) == [1])
      held.release()
      #expect(try await stage.crash.run().isWaiting)
    }
  }

  @Test(arguments: majors)
  func aTokenThatIsNoGoodEndsTheBotAndSaysWhatToDo(major: Int) async throws {
    try await JoinStage.with(major) { stage in
      await stage.sandbox.delete(
        "token", try String(contentsOfFile: stage.tokenFile, encoding: .utf8))
      let failure = try #require(try await stage.crash.run().failure)
      #expect(failure.remedy == .end)
      #expect(failure.reason.contains("new token"))
      #expect(try stage.crash.published() == nil)
    }
  }

  @Test(arguments: majors)
  func aNewTokenReplacesTheIdentity(major: Int) async throws {
    try await JoinStage.with(major) { stage in
      #expect(try await stage.crash.run().isWaiting)
      let before = try IdentityStorage(path: stage.storage).kept()?.fingerprint
      try await stage.giveNewToken()
      #expect(try await stage.crash.run().isWaiting)
      #expect(try IdentityStorage(path: stage.storage).kept()?.fingerprint != before)
    }
  }

  @Test(arguments: majors)
  func aLockEndsTheBotAndIsNamed(major: Int) async throws {
    try await JoinStage.with(major) { stage in
      #expect(try await stage.crash.run().isWaiting)
      await stage.sandbox.lock(user: JoinStage.user, message: "under investigation")
      let failure = try #require(try await stage.crash.run().failure)
      #expect(failure.remedy == .end)
      #expect(failure.reason.contains("lock targeting User:\"bot-backup\""))
      #expect(failure.reason.contains("tctl rm lock/"))
      await stage.sandbox.unlock(user: JoinStage.user)
      let log = LogLines()
      #expect(try await stage.crash.run(log: log).isWaiting, "\(log.all)")
    }
  }

  /// Servers answer from caches: a count that has not moved yet must not lead to a second renewal, which would lock.
  @Test func aCountThatMayBeStaleIsNotBelieved() async throws {
    try await JoinStage.with(14, lag: .manual) { stage in
      #expect(try await stage.crash.run().isWaiting)
      await stage.sandbox.refreshCache()
      let gate = Gate()
      await stage.sandbox.faults.inject(.pause(gate), at: .afterCommit) {
        $0.operation == "proto.AuthService/GenerateUserCerts"
      }
      _ = try await stage.crash.run(ahead: 700, stopping: { try? await gate.arrival() })
      await gate.open()
      #expect(await stage.sandbox.generations(ofBot: JoinStage.bot) == [2])

      let soon = LogLines()
      let rest = try await stage.crash.run(log: soon, ahead: 701)
      #expect(!rest.isWaiting && rest.failure == nil)
      #expect(soon.all.contains { $0.contains("finding out") }, "\(soon.all)")
      #expect(await stage.sandbox.locks.isEmpty)

      await stage.sandbox.refreshCache()
      let later = LogLines()
      #expect(try await stage.crash.run(log: later, ahead: 720).isWaiting, "\(later.all)")
      #expect(later.all.contains { $0.contains("new token") }, "\(later.all)")
      #expect(await stage.sandbox.generations(ofBot: JoinStage.bot) == [2])
      #expect(await stage.sandbox.locks.isEmpty)
    }
  }

  @Test func aPinThatDoesNotMatchIsNotTrusted() async throws {
    let pin = "sha256:" + String(repeating: "ab", count: 32)
    try await JoinStage.with(18, given: ["ca-pin": pin]) { stage in
      let log = LogLines()
      let rest = try await stage.crash.run(log: log)
      #expect(!rest.isWaiting)
      #expect(log.all.contains { $0.contains("UntrustedServer") }, "\(log.all)")
      let requests = await stage.sandbox.faults.requests
      #expect(
        !requests.contains { $0.operation.contains("Register") || $0.operation.contains("POST") })
      let token = try String(contentsOfFile: stage.tokenFile, encoding: .utf8)
      #expect(!log.all.joined().contains(token))
    }
  }

  @Test(arguments: majors)
  func outputsAskForTheRolesTheyName(major: Int) async throws {
    try await JoinStage.with(major, given: ["roles": "reader"]) { stage in
      #expect(try await stage.crash.run().isWaiting)
      let certificate = try stage.certificate()
      #expect(certificate.organizations == ["reader"])
      #expect(!certificate.isRenewable)
      #expect(certificate.disallowsReissue)
    }
    try await JoinStage.with(major, given: ["roles": "editor"]) { stage in
      let log = LogLines()
      let rest = try await stage.crash.run(log: log)
      #expect(!rest.isWaiting)
      #expect(log.all.contains { $0.contains("editor") }, "\(log.all)")
    }
  }
}
