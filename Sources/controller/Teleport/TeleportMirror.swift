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
    /// Own writes whose events are still to come.
    var echoes: [String: [String: Echo]] = [:]
    /// What events have told since an own write began that has not been answered yet.
    var heard: [String: [String: [String?]]] = [:]
    var isFollowing = false
    var waiting: [Int: (kinds: Set<String>, continuation: CheckedContinuation<Void, Never>)] = [:]
    var lastTicket = 0

    /// Whether an event or a list entry is older than an own write of the same resource.
    func isOlder(_ bytes: [UInt8]?, kind: String, name: String) -> Bool {
      guard let echo = echoes[kind]?[name], ContinuousClock.now < echo.end else { return false }
      return TeleportMirror.revision(bytes) != echo.revision
    }
  }

  /// Events come in the order of the writes: until that of the own write has come, all are older.
  private struct Echo {
    /// nil: of a deletion.
    let revision: String?
    /// Where the server sends no event after all.
    let end: ContinuousClock.Instant
  }

  /// nil of a deletion.
  private static func revision(_ bytes: [UInt8]?) -> String? {
    bytes.map { (try? ResourceFacts($0).revision) ?? "" }
  }

  private static let patience: Duration = .seconds(10)

  private let state = Mutex(State())

  func entry(kind: String, name: String) -> Entry {
    state.withLock { state in
      let isDoubtful = state.doubtful[kind]?.contains(name) ?? false
      guard state.synced.contains(kind), !isDoubtful else { return .unknown }
      return state.resources[kind]?[name].map { .present($0) } ?? .absent
    }
  }

  var syncedKinds: Set<String> { state.withLock { $0.synced } }

  /// The event stream is open: what is written from now on will be told by it.
  func beginSync() { state.withLock { $0.isFollowing = true } }

  /// Takes over a list, and what events have told since the list began.
  func replace(kind: String, with list: [String: [UInt8]], events: [String: [UInt8]?]) {
    let ready = state.withLock { state in
      var resources = list
      for (name, bytes) in events { resources[name] = bytes }
      for name in (state.echoes[kind] ?? [:]).keys {
        if state.isOlder(resources[name], kind: kind, name: name) {
          resources[name] = state.resources[kind]?[name]
        }
      }
      state.resources[kind] = resources
      state.doubtful[kind] = nil
      state.synced.insert(kind)
      let ready = state.waiting.filter { $0.value.kinds.isSubset(of: state.synced) }
      for ticket in ready.keys { state.waiting[ticket] = nil }
      return ready.values.map(\.continuation)
    }
    for waiter in ready { waiter.resume() }
  }

  /// Returns once all these kinds are in sync, or the task is cancelled.
  func waitForSync(of kinds: Set<String>) async {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if Task.isCancelled || kinds.isSubset(of: state.synced) { return true }
          state.waiting[ticket] = (kinds, continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: ticket) }?.continuation.resume()
    }
  }

  /// Takes in what an event tells.
  ///
  /// - Parameter bytes: nil: deleted.
  func record(kind: String, name: String, _ bytes: [UInt8]?) {
    state.withLock { state in
      state.heard[kind]?[name]?.append(Self.revision(bytes))
      if state.isOlder(bytes, kind: kind, name: name) { return }
      state.echoes[kind]?[name] = nil
      state.resources[kind, default: [:]][name] = bytes
      state.doubtful[kind]?.remove(name)
    }
  }

  /// An own write begins: its event may come before its answer.
  func willWrite(kind: String, name: String) {
    state.withLock { $0.heard[kind, default: [:]][name] = [] }
  }

  /// An own write has ended, well or not.
  func endWrite(kind: String, name: String) {
    state.withLock { $0.heard[kind]?[name] = nil }
  }

  /// Takes in what an own write has led to, as the server said in its answer.
  ///
  /// - Parameter bytes: nil: deleted.
  func wrote(kind: String, name: String, _ bytes: [UInt8]?) {
    let revision = Self.revision(bytes)
    state.withLock { state in
      // Events have told of it already, and perhaps of what came after it.
      if state.heard[kind]?[name]?.contains(revision) == true { return }
      state.resources[kind, default: [:]][name] = bytes
      state.doubtful[kind]?.remove(name)
      // Without a revision, an event cannot be told from an older one.
      guard state.isFollowing, revision != "" else { return }
      state.echoes[kind, default: [:]][name] = Echo(
        revision: revision, end: .now + Self.patience)
    }
  }

  /// After a gap nothing is certain any more.
  func loseSync() {
    state.withLock { state in
      state.synced.removeAll()
      state.echoes.removeAll()
      state.isFollowing = false
    }
  }

  /// Distrusts one entry, until an event tells of it.
  func forget(kind: String, name: String) {
    state.withLock { state in
      _ = state.doubtful[kind, default: []].insert(name)
      state.echoes[kind]?[name] = nil
    }
  }
}
