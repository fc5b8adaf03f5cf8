import Credentials
import FoundationEssentials
import Operations
import TeleportClient
import TeleportSandbox
import Testing

@testable import controller

@Suite(.timeLimit(.minutes(1))) struct TeleportLinkTests {
  private func withLink(
    _ body: (TeleportSandbox, TeleportLink) async throws -> Void
  ) async throws {
    let sandbox = try await TeleportSandbox.start()
    let directory = try ScratchDirectory()
    let result: Result<Void, any Error>
    do {
      try await TeleportIdentity.publish(from: sandbox, to: directory.path)
      let link = TeleportLink(
        directory: PublishedDirectory(path: directory.path),
        address: try #require(AuthAddress(sandbox.address)), log: StateLog(LogLines().logger),
        checkInterval: .milliseconds(200))
      #expect(await link.problems() == ["not connected to Teleport"])
      #expect(await link.certificateExpiry == nil)
      let running = Task { await link.run { _ in } }
      result = .success(try await body(sandbox, link))
      running.cancel()
      await running.value
    } catch {
      result = .failure(error)
    }
    await sandbox.shutdown()
    try result.get()
  }

  @Test func isFineOnceTeleportServesTheBot() async throws {
    try await withLink { _, link in
      try await eventually("no problems") { await link.problems().isEmpty }
      let expiry = try #require(await link.certificateExpiry)
      #expect((3000...3700).contains(expiry.timeIntervalSinceNow))
    }
  }

  /// A ping is answered whoever asks; that is not what the bot is for.
  @Test func aLockedBotIsAProblem() async throws {
    try await withLink { sandbox, link in
      try await eventually("no problems") { await link.problems().isEmpty }
      await sandbox.lock(user: TeleportIdentity.botUser, message: "out")
      try await eventually("a problem") {
        await link.problems() == ["Teleport does not serve the bot: Locked"]
      }
      await sandbox.unlock(user: TeleportIdentity.botUser)
      try await eventually("no problems") { await link.problems().isEmpty }
    }
  }

  @Test func aServerThatIsGoneIsAProblem() async throws {
    try await withLink { sandbox, link in
      try await eventually("no problems") { await link.problems().isEmpty }
      await sandbox.stop()
      try await eventually("a problem") { await !link.problems().isEmpty }
    }
  }
}
