import Synchronization

/// The machine's clock, which a test can put forward: whoever sleeps past the new time wakes up.
final class JumpingClock: Clock, Sendable {
  typealias Instant = ContinuousClock.Instant

  private let offset = Mutex(Duration.zero)

  var now: Instant { ContinuousClock.now + offset.withLock { $0 } }
  var minimumResolution: Duration { ContinuousClock().minimumResolution }

  /// Sleeps in short steps, because a jump must be noticed.
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    while true {
      let rest = now.duration(to: deadline)
      guard rest > .zero else { return }
      try await Task.sleep(for: min(rest, .milliseconds(10)))
    }
  }

  func jump(by duration: Duration) { offset.withLock { $0 += duration } }
}
