import Credentials
import FoundationEssentials
import Operations
import Synchronization
import Testing

@testable import tbot_lite

@Suite struct WaitTests {
  /// Answers in turn; the last one from then on.
  private final class Answers: Sendable {
    private let state: Mutex<(answers: [String?], count: Int)>

    init(_ answers: String?...) { state = Mutex((answers, 0)) }

    var count: Int { state.withLock { $0.count } }

    func next() -> String? {
      state.withLock {
        $0.count += 1
        return $0.answers.count > 1 ? $0.answers.removeFirst() : $0.answers[0]
      }
    }
  }

  @Test func endsAtTheSignalAfterWhichNothingIsMissing() async {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    let answers = Answers("a", "b", nil)
    for _ in 0..<3 { continuation.yield() }
    let missing = await Waiting.run(timeout: .seconds(60), signals: signals) { answers.next() }
    #expect(missing == nil)
    #expect(answers.count == 4)
  }

  @Test func tellsWhatIsMissingWhenTheTimeIsOver() async {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    let missing = await Waiting.run(timeout: .milliseconds(1), signals: signals) { "the key" }
    #expect(missing == "the key")
    withExtendedLifetime(continuation) {}
  }

  @Test func looksALastTime() async {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    let missing = await Waiting.run(timeout: .milliseconds(1), signals: signals) { nil }
    #expect(missing == nil)
    withExtendedLifetime(continuation) {}
  }

  @Test func withoutTimeItLooksOnce() async {
    let answers = Answers("x")
    let signals = AsyncStream<Void> { $0.yield() }
    #expect(await Waiting.run(timeout: .zero, signals: signals) { answers.next() } == "x")
    #expect(answers.count == 1)
  }

  // MARK: - Real directories

  @Test func aPublicationEndsTheWait() async throws {
    let files = try Forge().credentials().files
    try await withScratchDirectory { scratch in
      let path = scratch + "/identity"
      async let missing = Waiting.run(
        timeout: .seconds(60), signals: DirectoryWatcher(path: path).signals()
      ) {
        do {
          try UsableCredentials.check(path, at: noon)
          return nil
        } catch {
          return "\(error)"
        }
      }
      let publisher = DirectoryPublisher(path: path)
      try publisher.prepare()
      try publisher.publish(files, generation: "one")
      #expect(await missing == nil)
    }
  }

  @Test func whatIsUsable() async throws {
    let credentials = try Forge().credentials()
    func problem(
      _ files: [PublishedFile: Secret<String>], at time: Date = noon
    ) async throws -> CredentialsError.Code? {
      try await withScratchDirectory { path in
        let publisher = DirectoryPublisher(path: path)
        try publisher.prepare()
        if !files.isEmpty { try publisher.publish(files, generation: "one") }
        do throws(CredentialsError) {
          try UsableCredentials.check(path, at: time)
          return nil
        } catch {
          return error.code
        }
      }
    }
    #expect(try await problem(credentials.files) == nil)
    #expect(try await problem(credentials.tlsFiles()) == nil)
    #expect(try await problem([:]) == .notReady)
    #expect(try await problem(credentials.files.filter { $0.key != .key }) == .notReady)
    #expect(try await problem(credentials.files, at: noon + 3540) == .expired)
    #expect(try await problem(credentials.files, at: noon - 61) == .expired)
    let other = try Forge().credentials().files
    #expect(
      try await problem(credentials.files.merging([.key: other[.key] ?? Secret("")]) { $1 })
        == .mismatch)
  }

  // MARK: - The command line

  @Test func durationsAreThoseOfTeleport() throws {
    #expect(try WaitCommand.parse([]).timeout == .seconds(300))
    #expect(try WaitCommand.parse(["/d", "--timeout", "1m30s"]).timeout == .seconds(90))
    #expect(try WaitCommand.parse(["/d", "--timeout", "0"]).timeout == .zero)
    #expect(try WaitCommand.parse(["/d"]).directory == "/d")
    for text in ["5", "never", "-1s", "8d", ""] {
      #expect(throws: (any Error).self) { try WaitCommand.parse(["--timeout", text]) }
    }
  }
}
