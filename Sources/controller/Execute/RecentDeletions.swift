import Synchronization

/// When resources were deleted from Teleport, for the brake.
final class RecentDeletions: Sendable {
  private let window: Duration
  private let times = Mutex<[String: [ContinuousClock.Instant]]>([:])

  init(window: Duration) { self.window = window }

  func note(kind: String, at now: ContinuousClock.Instant = .now) {
    times.withLock { $0[kind, default: []].append(now) }
  }

  func count(kind: String, at now: ContinuousClock.Instant = .now) -> Int {
    times.withLock { times in
      times[kind]?.removeAll { $0.duration(to: now) >= window }
      return times[kind]?.count ?? 0
    }
  }
}
