import Synchronization
import TeleportClient
import TeleportSchema

/// What Teleport holds, as far as its event stream and its lists have told.
///
/// - Guarantees: while a kind is in sync, what is not here does not exist (for a kind that has no events: did not when
///   it was last listed). Writes of this process are known at once.
final class TeleportMirror: Sendable {
  enum Entry: Hashable, Sendable {
    /// Not in sync: ask Teleport.
    case unknown
    case absent
    case present(LiveResource)
  }

  /// Where a kind stands.
  enum Standing: Hashable, Sendable {
    case listing
    case inSync
    /// It cannot be listed, and is tried again; its entries are unknown.
    case failing(TeleportError.Code)
  }

  private struct State {
    var resources: [String: [String: LiveResource]] = [:]
    var standings: [String: Standing] = [:]
    /// Kinds that have been in sync with this server before: what is here of them is what was told last.
    var known: Set<String> = []
    var server: ServerInfo?
    /// Names of which something is known that does not fit.
    var doubtful: [String: Set<String>] = [:]
    /// Those of them that became so while a list was on its way, which may be older.
    var newDoubts: [String: Set<String>] = [:]
    /// Own writes whose events are still to come.
    var echoes: [String: [String: Echo]] = [:]
    /// What events have told since an own write began that has not been answered yet.
    var heard: [String: [String: [String?]]] = [:]
    var isFollowing = false
    var waiting: [Int: (kinds: Set<String>, continuation: CheckedContinuation<Void, Never>)] = [:]
    var lastTicket = 0

    /// Whether an event or a list entry is older than an own write of the same resource.
    func isOlder(_ resource: LiveResource?, kind: String, name: String) -> Bool {
      guard let echo = echoes[kind]?[name], ContinuousClock.now < echo.end else { return false }
      return resource?.facts.revision != echo.revision
    }

    func areSettled(_ kinds: Set<String>) -> Bool {
      kinds.allSatisfy { kind in
        switch standings[kind] {
        case .inSync: true
        case .failing(let code): code.needsSomebody
        case .listing, nil: false
        }
      }
    }

    mutating func takeSettled() -> [CheckedContinuation<Void, Never>] {
      let ready = waiting.filter { areSettled($0.value.kinds) }
      for ticket in ready.keys { waiting[ticket] = nil }
      return ready.values.map(\.continuation)
    }
  }

  /// Events come in the order of the writes: until that of the own write has come, all are older.
  private struct Echo {
    /// nil: of a deletion.
    let revision: String?
    let bytes: [UInt8]?
    /// Where the server sends no event after all.
    let end: ContinuousClock.Instant
  }

  private static let patience: Duration = .seconds(10)

  private let state = Mutex(State())

  func entry(kind: String, name: String) -> Entry {
    state.withLock { state in
      let isDoubtful = state.doubtful[kind]?.contains(name) ?? false
      guard state.standings[kind] == .inSync, !isDoubtful else { return .unknown }
      return state.resources[kind]?[name].map { .present($0) } ?? .absent
    }
  }

  /// By kind; without those that nobody has begun to list.
  var standings: [String: Standing] { state.withLock { $0.standings } }

  var syncedKinds: Set<String> {
    state.withLock { Set($0.standings.filter { $0.value == .inSync }.keys) }
  }

  /// How many resources of a kind Teleport holds; nil where that is not certain.
  func count(of kind: String) -> Int? {
    state.withLock { $0.standings[kind] == .inSync ? $0.resources[kind]?.count ?? 0 : nil }
  }

  // MARK: - In sync

  /// Whom the mirror follows. Another version may take what its predecessor could not: then everything is to be looked
  /// at again once it is listed.
  func follow(_ server: ServerInfo) {
    state.withLock { state in
      if state.server != server { state.known.removeAll() }
      state.server = server
    }
  }

  /// From now on, what is written will be told by events, or by a later list.
  func beginSync() { state.withLock { $0.isFollowing = true } }

  /// A list is about to be asked for.
  func willList(kind: String) {
    state.withLock { state in
      if state.standings[kind] == nil { state.standings[kind] = .listing }
      state.newDoubts[kind] = []
    }
  }

  /// Takes over a list, and what events have told since the list began.
  ///
  /// - Returns: the names of which something else is known now than before; nil for all, where the kind was never in
  ///   sync with this server.
  @discardableResult
  func replace(
    kind: String, with list: [String: LiveResource], events: [String: LiveResource?]
  ) -> Set<String>? {
    let (ready, changes) = state.withLock { state in
      var resources = list
      for (name, resource) in events { resources[name] = resource }
      let before = state.resources[kind] ?? [:]
      state.echoes[kind] = state.echoes[kind]?.filter { $0.value.end > .now }
      for name in (state.echoes[kind] ?? [:]).keys
      where state.isOlder(resources[name], kind: kind, name: name) {
        resources[name] = before[name]
      }
      var changes: Set<String>?
      if state.known.insert(kind).inserted == false {
        // What came as an event is in `before` already.
        var names = Set(events.keys).union(state.doubtful[kind] ?? [])
        for (name, resource) in resources where before[name] != resource { names.insert(name) }
        for name in before.keys where resources[name] == nil { names.insert(name) }
        changes = names
      }
      state.resources[kind] = resources
      state.doubtful[kind] = state.newDoubts.removeValue(forKey: kind)
      state.standings[kind] = .inSync
      return (state.takeSettled(), changes)
    }
    for waiter in ready { waiter.resume() }
    return changes
  }

  /// The kind cannot be listed: its entries are unknown until it can.
  func fail(kind: String, _ code: TeleportError.Code) {
    let ready = state.withLock { state in
      state.standings[kind] = .failing(code)
      return state.takeSettled()
    }
    for waiter in ready { waiter.resume() }
  }

  /// After a gap nothing is certain any more.
  func loseSync() {
    state.withLock { state in
      state.standings.removeAll()
      state.echoes.removeAll()
      state.isFollowing = false
    }
  }

  /// As `loseSync()`, of one kind.
  func loseSync(kind: String) {
    state.withLock { state in
      state.standings[kind] = .listing
      state.echoes[kind] = nil
    }
  }

  /// Returns once each of these kinds is in sync or cannot be until somebody does something about it, or the task is
  /// cancelled.
  func waitForSync(of kinds: Set<String>) async {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if Task.isCancelled || state.areSettled(kinds) { return true }
          state.waiting[ticket] = (kinds, continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: ticket) }?.continuation.resume()
    }
  }

  // MARK: - One resource

  /// Takes in what an event tells.
  ///
  /// - Parameter resource: nil: deleted.
  func record(kind: String, name: String, _ resource: LiveResource?) {
    state.withLock { state in
      state.heard[kind]?[name]?.append(resource?.facts.revision)
      if state.isOlder(resource, kind: kind, name: name) { return }
      state.echoes[kind]?[name] = nil
      state.resources[kind, default: [:]][name] = resource
      state.doubtful[kind]?.remove(name)
      state.newDoubts[kind]?.remove(name)
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
  /// - Parameters:
  ///   - resource: nil: deleted.
  ///   - bytes: kept for `ownWrite(kind:name:)`.
  func wrote(kind: String, name: String, _ resource: LiveResource?, bytes: [UInt8]? = nil) {
    let revision = resource?.facts.revision
    state.withLock { state in
      // Events have told of it already, and perhaps of what came after it.
      if state.heard[kind]?[name]?.contains(revision) == true { return }
      state.resources[kind, default: [:]][name] = resource
      state.doubtful[kind]?.remove(name)
      state.newDoubts[kind]?.remove(name)
      // Without a revision, an event cannot be told from an older one.
      guard state.isFollowing, revision != "" else { return }
      state.echoes[kind, default: [:]][name] = Echo(
        revision: revision, bytes: bytes, end: .now + Self.patience)
    }
  }

  /// The resource itself as an own write left it, until its event tells that reads have it too: reads come from a cache
  /// that is behind, and what is built on an old one is refused.
  func ownWrite(kind: String, name: String) -> [UInt8]? {
    state.withLock { state in
      state.echoes[kind]?[name].flatMap { $0.end > .now ? $0.bytes : nil }
    }
  }

  /// Distrusts one entry, until an event or a list tells of it.
  func forget(kind: String, name: String) {
    state.withLock { state in
      state.doubtful[kind, default: []].insert(name)
      state.newDoubts[kind]?.insert(name)
      state.echoes[kind]?[name] = nil
    }
  }
}

extension TeleportError.Code {
  /// Whether waiting alone will not help.
  fileprivate var needsSomebody: Bool {
    switch self {
    case .unreachable, .deadlineExceeded, .limitExceeded, .cancelled: false
    default: true
    }
  }
}
