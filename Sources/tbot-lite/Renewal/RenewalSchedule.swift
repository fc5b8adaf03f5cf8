import FoundationEssentials
import Operations

/// When to renew. Pure.
struct RenewalSchedule: Sendable {
  /// What was asked for; the server may grant less.
  let interval: Duration
  /// The first tries, while everybody waits for a certificate, and those of a later outage.
  static let startBackoff = Backoff(initial: .milliseconds(100), maximum: .seconds(2))
  static let renewalBackoff = Backoff(initial: .seconds(1), maximum: .seconds(60))

  /// How long to wait after a certificate was issued: the interval, but no more than a third of what is left of the
  /// certificate, so that two more tries fit; up to a tenth less, so that many sidecars do not renew at once.
  func delay(
    notAfter: Date, now: Date, using generator: inout some RandomNumberGenerator
  ) -> Duration {
    let third = Duration.seconds(max(0, notAfter.timeIntervalSince(now) / 3))
    let jitter = Double.random(in: 0...0.1, using: &generator)
    // A server that grants next to nothing must not make this loop spin.
    return max(min(interval, third) * (1 - jitter), .seconds(1))
  }

  /// How long to wait after a failure.
  func delay(
    afterFailures failures: Int, hasCertificate: Bool,
    using generator: inout some RandomNumberGenerator
  ) -> Duration {
    let backoff = hasCertificate ? Self.renewalBackoff : Self.startBackoff
    return backoff.delay(attempt: failures, using: &generator)
  }
}
