import FoundationEssentials
import Operations

/// When to renew. Pure.
struct RenewalSchedule: Sendable {
  /// What was asked for; the server may grant less.
  let interval: Duration
  /// While everybody waits for the first certificate, an auth service that has just come up is met within a tenth of
  /// a second; one that takes longer than a minute or so is not in a hurry.
  static let startBackoff = Backoff(initial: .milliseconds(100), maximum: .seconds(2))
  static let quickTries = 600
  static let renewalBackoff = Backoff(initial: .seconds(1), maximum: .seconds(60))

  /// How long a certificate is used before the next one is got: the interval, but no more than a third of what is
  /// left of it, so that two more tries fit. What the server granted counts, by the server's clock.
  func period(notAfter: Date, serverNow: Date) -> Duration {
    let third = Duration.seconds(max(0, notAfter.timeIntervalSince(serverNow) / 3))
    // A server that grants next to nothing must not make the bot spin.
    return max(min(interval, third), .seconds(1))
  }

  /// A period with up to a tenth less, so that many sidecars do not renew at once.
  func delay(
    period: Duration, using generator: inout some RandomNumberGenerator
  ) -> Duration {
    max(period * (1 - Double.random(in: 0...0.1, using: &generator)), .seconds(1))
  }

  /// How long to wait after a failure.
  func delay(
    afterFailures failures: Int, isFirst: Bool,
    using generator: inout some RandomNumberGenerator
  ) -> Duration {
    isFirst
      ? Self.startBackoff.delay(attempt: failures - Self.quickTries, using: &generator)
      : Self.renewalBackoff.delay(attempt: failures, using: &generator)
  }
}
