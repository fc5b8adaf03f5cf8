import Synchronization

/// Reads that are behind what events have told: they come from a cache that follows a moment later.
final class LateReads: Sendable {
  /// A cache follows within a second; after this, a read is believed.
  static let patience: Duration = .seconds(5)

  private let since = Mutex<[String: ContinuousClock.Instant]>([:])

  /// Whether to wait for a read that is behind to catch up.
  func isWorthWaiting(
    kind: String, name: String, now: ContinuousClock.Instant = .now
  ) -> Bool {
    let key = "\(kind)/\(name)"
    return since.withLock { since in
      let first = since[key] ?? now
      let isWorthIt = first.duration(to: now) < Self.patience
      since[key] = isWorthIt ? first : nil
      return isWorthIt
    }
  }

  func caughtUp(kind: String, name: String) {
    since.withLock { _ = $0.removeValue(forKey: "\(kind)/\(name)") }
  }
}
