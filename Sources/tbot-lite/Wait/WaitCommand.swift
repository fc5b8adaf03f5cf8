import ArgumentParser
import Credentials
import FoundationEssentials
import TeleportSchema

struct WaitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until a directory holds a certificate that can be used.",
    discussion: """
      For init containers, probes and scripts: ends with 0 as soon as the directory, an identity or tls output of \
      tbot-lite or tbot, holds a certificate that is valid now, its key, and the CAs to verify servers with. Ends with \
      1, and says what was missing, when the time is over. --timeout 0 looks once.

      An init container: tbot-lite wait /var/run/teleport-identity --timeout 2m
      A probe: tbot-lite wait /var/run/teleport-identity --timeout 0
      """)

  @Argument(
    help: ArgumentHelp(
      "The directory. (default: $TBOT_LITE_DESTINATION, or /var/run/teleport-identity)",
      valueName: "directory"))
  var directory: String?

  @Option(
    help: ArgumentHelp("How long to wait, as in 30s or 5m.", valueName: "duration"),
    transform: Self.timeout)
  var timeout: Duration = .seconds(300)

  @Sendable static func timeout(_ text: String) throws -> Duration {
    guard let nanoseconds = DurationText.parse(text), text != "never",
      nanoseconds <= 7 * 86_400_000_000_000
    else {
      throw ValidationError("'\(text)' is not a duration from 0 to 7d, as in 30s or 5m")
    }
    return .nanoseconds(nanoseconds)
  }

  func run() async throws {
    let variable = ProcessInfo.processInfo.environment["TBOT_LITE_DESTINATION"] ?? ""
    let path = directory ?? (variable.isEmpty ? Settings.defaultDestination : variable)
    let missing = await Waiting.run(
      timeout: timeout, signals: DirectoryWatcher(path: path).signals()
    ) {
      do {
        try await onBlockingThread { try UsableCredentials.check(path, at: Date()) }
        return nil
      } catch {
        return "\(error)"
      }
    }
    guard let missing else { return }
    throw Unusable(description: missing)
  }

  /// Ends the command with status 1 and its description.
  private struct Unusable: Error, CustomStringConvertible {
    let description: String
  }
}
