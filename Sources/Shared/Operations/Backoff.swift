/// How long to wait before the next try: doubling up to a maximum, with jitter.
public struct Backoff: Sendable, Hashable {
  public let initial: Duration
  public let maximum: Duration
  public let factor: Double
  /// The share of each delay that is random: 0.2 gives from 80 % to 100 % of it.
  public let jitter: Double

  public init(initial: Duration, maximum: Duration, factor: Double = 2, jitter: Double = 0.2) {
    self.initial = initial
    self.maximum = maximum
    self.factor = factor
    self.jitter = jitter
  }

  /// - Parameter attempt: how many tries have failed in a row, from 1.
  public func delay(
    attempt: Int, using generator: inout some RandomNumberGenerator
  ) -> Duration {
    var delay = initial
    var remaining = attempt - 1
    while remaining > 0, delay < maximum {
      delay = delay * factor
      remaining -= 1
    }
    return min(delay, maximum) * (1 - Double.random(in: 0...jitter, using: &generator))
  }

  /// As above, with the system's randomness.
  public func delay(attempt: Int) -> Duration {
    var generator = SystemRandomNumberGenerator()
    return delay(attempt: attempt, using: &generator)
  }
}
