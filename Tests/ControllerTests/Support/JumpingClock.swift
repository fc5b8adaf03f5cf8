import Synchronization

/// The machine's clock, which a test can stop and put forward: whoever sleeps past the new time wakes up.
final class JumpingClock: Clock, Sendable {
  typealias Instant = ContinuousClock.Instant

  private struct Hands {
    var offset = Duration.zero
    var stoppedAt: Instant?

    var now: Instant { stoppedAt ?? ContinuousClock.now + offset }
  }

  private let hands = Mutex(Hands())

  var now: Instant { hands.withLock { $0.now } }
  var minimumResolution: Duration { ContinuousClock().minimumResolution }

  /// Sleeps in short steps, because a jump must be noticed.
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    while now < deadline {
      let rest = now.duration(to: deadline)
      try await Task.sleep(for: max(.zero, min(rest, .milliseconds(10))))
    }
  }

  func jump(by duration: Duration) {
    hands.withLock { hands in
      if let time = hands.stoppedAt {
        hands.stoppedAt = time + duration
      } else {
        hands.offset += duration
      }
    }
  }

  /// Only jumps move it during `body`: how busy the machine is does not matter.
  func whileStopped(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void
  ) async throws {
    hands.withLock { $0.stoppedAt = $0.now }
    defer { goOn() }
    try await body()
  }

  private func goOn() {
    hands.withLock { hands in
      guard let time = hands.stoppedAt else { return }
      hands.offset = ContinuousClock.now.duration(to: time)
      hands.stoppedAt = nil
    }
  }
}
