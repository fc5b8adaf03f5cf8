/// A clock that only goes forward, reduced to what is used here: the time since an origin, and sleep.
///
/// It wraps any clock that measures in `Duration`, so a test can bring its own. Times of two values are
/// comparable only where one is a copy of the other.
public struct MonotonicClock: Sendable {
  private let read: @Sendable () -> Duration
  private let wait: @Sendable (Duration) async throws -> Void

  public init<C: Clock>(_ clock: C) where C.Duration == Duration {
    let origin = clock.now
    read = { origin.duration(to: clock.now) }
    wait = { try await clock.sleep(for: $0) }
  }

  /// The machine's monotonic clock, which also counts while the machine is suspended.
  public static let continuous = MonotonicClock(ContinuousClock())

  /// The time since this clock's origin.
  public var now: Duration { read() }

  /// Waits; ends early by throwing `CancellationError`.
  public func sleep(for duration: Duration) async throws { try await wait(duration) }
}
