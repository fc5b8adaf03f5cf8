import Synchronization
import TeleportSchema

/// What Teleport holds, as far as its event stream has told.
///
/// - Guarantees: while a kind is in sync, what is not here does not exist. Writes of this process are known at once.
final class TeleportMirror: Sendable {
  enum Entry: Hashable, Sendable {
    /// Not in sync: ask Teleport.
    case unknown
    case absent
    case present([UInt8])
  }

  private struct State {
    var resources: [String: [String: [UInt8]]] = [:]
    var synced: Set<String> = []
    /// Names of which something is known that does not fit.
    var doubtful: [String: Set<String>] = [:]
  }

  private let state = Mutex(State())

  func entry(kind: String, name: String) -> Entry {
    state.withLock { state in
      let isDoubtful = state.doubtful[kind]?.contains(name) ?? false
      guard state.synced.contains(kind), !isDoubtful else { return .unknown }
      return state.resources[kind]?[name].map { .present($0) } ?? .absent
    }
  }

  var syncedKinds: Set<String> { state.withLock { $0.synced } }

  /// Takes over a list, and what events have told since the list began.
  func replace(kind: String, with list: [String: [UInt8]], events: [String: [UInt8]?]) {
    state.withLock { state in
      var resources = list
      for (name, bytes) in events { resources[name] = bytes }
      state.resources[kind] = resources
      state.doubtful[kind] = nil
      state.synced.insert(kind)
    }
  }

  /// - Parameter bytes: nil: deleted.
  func record(kind: String, name: String, _ bytes: [UInt8]?) {
    state.withLock { state in
      state.resources[kind, default: [:]][name] = bytes
      state.doubtful[kind]?.remove(name)
    }
  }

  /// After a gap nothing is certain any more.
  func loseSync() { state.withLock { $0.synced.removeAll() } }

  /// Distrusts one entry, until an event tells of it.
  func forget(kind: String, name: String) {
    state.withLock { _ = $0.doubtful[kind, default: []].insert(name) }
  }
}
