import Credentials
import FoundationEssentials
import Logging
import Operations
import SandboxFaults
import Synchronization
import TeleportClient
import TeleportSandbox
import Testing

@testable import tbot_lite

let majors = [11, 14, 18]

/// Collects what the bot logs.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  /// The lines of one level or above.
  func count(of level: Logger.Level) -> Int {
    all.count { $0.contains(" \(level.rawValue.uppercased()) ") }
  }

  var logger: Logger {
    Logger(label: "test") { label in
      LineLogHandler(label: label, level: .info, format: .text) { line in
        self.lines.withLock { $0.append(line) }
      }
    }
  }
}

/// An auth service, a directory to publish into, and a bot under a manual clock, which the auth service goes by too.
struct BotFixture: Sendable {
  let sandbox: TeleportSandbox
  let settings: Settings
  /// The first output's directory.
  let destination: String
  let bot: BotService
  let clock: ManualClock
  let log: LogLines

  /// Runs `body` and cleans up.
  ///
  /// - Parameter skew: how far the bot's clock is ahead of the auth service's, in seconds.
  static func with(
    major: Int = 18, given: [String: String] = [:], lag: TeleportSandbox.CacheLag = .none,
    skew: TimeInterval = 0, lifetimeCap: Duration? = nil,
    _ body: (BotFixture) async throws -> Void
  ) async throws {
    let clock = ManualClock()
    var options = TeleportSandbox.Options(major: major)
    options.cacheLag = lag
    options.now = { clock.date }
    options.maximumCertificateLifetime = lifetimeCap
    try await withSandbox(options) { sandbox in
      let settings = try settings(sandbox, given)
      let log = LogLines()
      let bot = try BotService(
        settings: settings, source: settings.makeSource(),
        deliveries: settings.outputs.map { try BotService.delivery($0, nil) },
        logger: log.logger, now: { clock.date.addingTimeInterval(skew) }, clock: clock)
      try await body(
        BotFixture(
          sandbox: sandbox, settings: settings, destination: destination(settings), bot: bot,
          clock: clock, log: log))
    }
  }

  /// Runs `body` with a stand-in that is gone afterwards.
  static func withSandbox(
    _ options: TeleportSandbox.Options, _ body: (TeleportSandbox) async throws -> Void
  ) async throws {
    let sandbox = try await TeleportSandbox.startOnOwnPort(options)
    do {
      try await body(sandbox)
    } catch {
      await sandbox.shutdown()
      throw error
    }
    await sandbox.shutdown()
  }

  /// Settings for that auth service; the destination lies in its data directory, which goes with it.
  static func settings(
    _ sandbox: TeleportSandbox, _ given: [String: String] = [:]
  ) throws -> Settings {
    let own = [
      "teleport-data-dir": sandbox.dataDirectory, "auth-server": sandbox.address,
      "destination": sandbox.dataDirectory + "/identity",
    ]
    return try Settings(own.merging(given) { $1 }, environment: [:]) { _ in nil }
  }

  /// How many certificates the auth service has been asked for.
  var issued: Int {
    get async {
      await sandbox.faults.requests.count { $0.operation == "proto.AuthService/GenerateUserCerts" }
    }
  }

  /// The first output's.
  var name: String { settings.outputs[0].name }

  static func destination(_ settings: Settings) -> String {
    guard case .directory(let path, _)? = settings.outputs.first?.destination else { return "" }
    return path
  }

  /// What is published now.
  func published() throws -> PublishedDirectory.Generation {
    try PublishedDirectory(path: destination).read()
  }

  /// Runs the bot while `body` moves the clock; then cancels it, which has to end it without an error.
  func running(
    _ body: (inout AsyncStream<Duration>.Iterator) async throws -> Void
  ) async throws {
    let running = Task { [bot] in try await bot.run() }
    var sleeps = clock.sleeps.makeAsyncIterator()
    do {
      try await body(&sleeps)
    } catch {
      running.cancel()
      throw error
    }
    running.cancel()
    try await running.value
  }

  /// The failure that ends the bot by itself.
  func ending() async throws -> StepFailure {
    do {
      try await bot.run()
    } catch let failure as StepFailure {
      return failure
    }
    throw UnexpectedEnd()
  }

  struct UnexpectedEnd: Error {}
}
