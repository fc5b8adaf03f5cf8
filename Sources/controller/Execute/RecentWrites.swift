import Synchronization
import TeleportSchema

/// What this process has written last, whole: reads come from a cache that may still show what was before.
final class RecentWrites: Sendable {
  private struct State {
    var resources: [String: (resource: LiveResource, bytes: [UInt8])] = [:]
    var order: [String] = []
    /// Since when reads have been behind what events tell.
    var behind: [String: ContinuousClock.Instant] = [:]
  }

  private static let capacity = 128
  /// A cache follows within a second; after this, a read is believed.
  static let patience: Duration = .seconds(5)
  private let state = Mutex(State())

  func note(kind: String, name: String, _ resource: LiveResource, _ bytes: [UInt8]) {
    let key = "\(kind)/\(name)"
    state.withLock { state in
      if state.resources.updateValue((resource, bytes), forKey: key) == nil {
        state.order.append(key)
      }
      guard state.order.count > Self.capacity else { return }
      state.resources[state.order.removeFirst()] = nil
    }
  }

  /// The bytes of what events tell of, if it is what was written here.
  func bytes(kind: String, name: String, of resource: LiveResource) -> [UInt8]? {
    state.withLock { state in
      guard let written = state.resources["\(kind)/\(name)"], written.resource == resource else {
        return nil
      }
      return written.bytes
    }
  }

  /// Whether to wait for a read that is behind to catch up.
  func isWorthWaiting(kind: String, name: String, now: ContinuousClock.Instant = .now) -> Bool {
    let key = "\(kind)/\(name)"
    return state.withLock { state in
      let since = state.behind[key] ?? now
      if since.duration(to: now) < Self.patience {
        state.behind[key] = since
        return true
      }
      state.behind[key] = nil
      return false
    }
  }

  func caughtUp(kind: String, name: String) {
    state.withLock { _ = $0.behind.removeValue(forKey: "\(kind)/\(name)") }
  }
}
