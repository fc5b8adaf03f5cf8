import Synchronization

/// Says whether the lease is held, and for how long it surely will be.
///
/// Ask it directly before each external write, with the time limit of that write. It is judged on the monotonic
/// clock, counted from before the last renewal was sent, so that no other process can have taken the lease earlier.
public final class LeaseFence: Sendable {
  private let end: Mutex<Duration?> = Mutex(nil)
  private let clock: MonotonicClock

  init(clock: MonotonicClock) { self.clock = clock }

  /// How long the lease is surely still held; zero where it is not.
  public var remaining: Duration {
    guard let end = end.withLock({ $0 }) else { return .zero }
    return max(.zero, end - clock.now)
  }

  /// Whether the lease is held and still will be after `duration`.
  public func holds(for duration: Duration = .zero) -> Bool { remaining > duration }

  /// - Throws: `LeaseNotHeld` unless the lease is held and still will be after `duration`.
  public func require(for duration: Duration) throws(LeaseNotHeld) {
    let remaining = remaining
    if remaining <= duration { throw LeaseNotHeld(remaining: remaining) }
  }

  func extend(until time: Duration) { end.withLock { $0 = time } }

  func drop() { end.withLock { $0 = nil } }
}

/// The lease is not held for as long as a call may take.
public struct LeaseNotHeld: Error, Hashable, Sendable, CustomStringConvertible {
  /// Zero where it is not held at all.
  public let remaining: Duration

  public var description: String {
    remaining > .zero
      ? "the lease may be lost before the call ends" : "the lease is not held by this process"
  }
}
