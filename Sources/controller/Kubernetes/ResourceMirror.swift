import Kubernetes
import Synchronization

/// The custom resources of all watched kinds, as Kubernetes has told of them.
///
/// A kind has one reflector for each watched namespace, or one for all; what a reflector lists anew says nothing of
/// the other namespaces.
final class ResourceMirror: Sendable {
  /// How a reflector of a kind is doing.
  struct Feed: Hashable, Sendable {
    let kind: String
    /// nil for the reflector of all namespaces.
    let namespace: String?
    let state: ReflectorState
  }

  private struct State {
    /// By kind, then by the namespace of the reflector.
    var mirrors: [String: [String?: ObjectMirror]] = [:]
    var states: [String: [String?: ReflectorState]] = [:]
    /// Those that wait to be deleted in Teleport, too, and that nobody has confirmed; by kind.
    var deletions: [String: Set<ObjectKey>] = [:]

    mutating func note(_ change: ObjectMirror.Change, _ kind: String) {
      switch change {
      case .applied(let object, _) where object.metadata.isUnconfirmedDeletion:
        deletions[kind, default: []].insert(object.key)
      case .applied(let object, _): deletions[kind]?.remove(object.key)
      case .deleted(let object): deletions[kind]?.remove(object.key)
      }
    }

    func mirror(of key: WorkKey) -> ObjectMirror? {
      let mirrors = mirrors[key.kind]
      return mirrors?[key.namespace] ?? mirrors?[nil]
    }
  }

  private let state = Mutex(State())
  /// Whether there may be custom resources that it is not told of.
  private let isSelective: Bool

  init(isSelective: Bool = false) { self.isSelective = isSelective }

  func object(_ key: WorkKey) -> KubernetesObject? { packed(key)?.object }

  private func packed(_ key: WorkKey) -> PackedObject? {
    state.withLock { $0.mirror(of: key)?[ObjectKey(key.name, namespace: key.namespace)] }
  }

  /// Keys of every object of a kind; of those with a name only, where one is given, without a search.
  func keys(of kind: WatchedKind, named name: String? = nil) -> [WorkKey] {
    let kind = kind.customResource.kind
    let keys = state.withLock { state in
      (state.mirrors[kind] ?? [:]).values.flatMap { name.map($0.keys(named:)) ?? $0.keys }
    }
    return keys.map { WorkKey(kind: kind, namespace: $0.namespace, name: $0.name) }
  }

  /// How many objects of a kind there are.
  func count(of kind: WatchedKind) -> Int {
    state.withLock { state in
      (state.mirrors[kind.customResource.kind] ?? [:]).values.reduce(0) { $0 + $1.count }
    }
  }

  /// Takes an event in and returns the keys that need a look.
  ///
  /// An object that is gone needs none: either its finalizer was removed, or it does not match the selector any more,
  /// and then what it declared in Teleport is nobody's to delete.
  ///
  /// - Parameter namespace: That of the reflector which tells of it; nil for all.
  func apply(
    _ event: ReflectorEvent, of kind: WatchedKind, in namespace: String? = nil
  ) -> [WorkKey] {
    let name = kind.customResource.kind
    let changes = state.withLock { state in
      let changes = state.mirrors[name, default: [:]][namespace, default: ObjectMirror()]
        .applyUnlessOlder(event)
      for change in changes { state.note(change, name) }
      return changes
    }
    return changes.compactMap { change in
      guard case .applied(let object, let previous) = change else { return nil }
      // Our own status patches come back as events too and need no look.
      if let previous, object.differsOnlyInStatus(from: previous) { return nil }
      return WorkKey(kind: name, namespace: object.namespace, name: object.name)
    }
  }

  /// How many deletions of a kind wait that would delete in Teleport, too, and that nobody has confirmed.
  func unconfirmedDeletions(of kind: WatchedKind) -> Int {
    state.withLock { $0.deletions[kind.customResource.kind]?.count ?? 0 }
  }

  /// Whether a custom resource exists; nil where this cannot be told, because its kind or namespace is not watched or
  /// because it may be one that the selector leaves out.
  func exists(_ key: WorkKey) -> Bool? {
    state.withLock { state in
      guard let mirror = state.mirror(of: key) else { return nil }
      if mirror[ObjectKey(key.name, namespace: key.namespace)] != nil { return true }
      return mirror.isSynced && !isSelective ? false : nil
    }
  }

  func note(_ reflector: ReflectorState, of kind: WatchedKind, in namespace: String? = nil) {
    state.withLock { $0.states[kind.customResource.kind, default: [:]][namespace] = reflector }
  }

  /// Whether all objects of a kind are known and followed; a kind without a CRD has none.
  func isLive(_ kind: WatchedKind) -> Bool {
    let states = state.withLock { $0.states[kind.customResource.kind] ?? [:] }
    return !states.isEmpty && states.values.allSatisfy { $0 == .live || $0 == .notServed }
  }

  /// How all reflectors are doing, sorted by kind and namespace.
  var feeds: [Feed] {
    let states = state.withLock { $0.states }
    return states.sorted { $0.key < $1.key }.flatMap { kind, states in
      states.sorted { $0.key ?? "" < $1.key ?? "" }
        .map { Feed(kind: kind, namespace: $0.key, state: $0.value) }
    }
  }

  /// What is wrong with the mirrors, for readiness. A kind without its CRD or without the rights for it is told of by
  /// log and metrics and left out: the other kinds need this process all the same.
  func problems() -> [String] {
    feeds.compactMap { feed in
      let place = feed.kind + (feed.namespace.map { " in namespace \($0)" } ?? "")
      return switch feed.state {
      case .starting: "\(place): not listed yet"
      case .live, .notServed, .forbidden: nil
      case .retrying(let code): "\(place): Kubernetes cannot be asked (\(code.rawValue))"
      }
    }
  }

  /// Takes the answer to our own write in, which the watch will bring later.
  func record(_ object: KubernetesObject, of kind: WatchedKind) {
    let packed = PackedObject(object)
    let key = kind.key(object)
    state.withLock { state in
      guard let mirrors = state.mirrors[key.kind], let mirror = state.mirror(of: key),
        // One that was deleted while the answer was under way stays deleted.
        mirror[object.key]?.isSame(as: packed) == true
      else { return }
      let feed = mirrors[key.namespace] == nil ? nil : key.namespace
      let changes = state.mirrors[key.kind]?[feed]?.applyUnlessOlder(.applied(packed)) ?? []
      for change in changes { state.note(change, key.kind) }
    }
  }
}

extension ObjectMirror {
  /// An event or a list can be older than the answer to our own write, which must not be lost again.
  fileprivate mutating func applyUnlessOlder(_ event: ReflectorEvent) -> [Change] {
    switch event {
    case .applied(let object) where isOlder(object): []
    case .page(let objects): apply(.page(objects.map { isOlder($0) ? self[$0.key] ?? $0 : $0 }))
    default: apply(event)
    }
  }

  /// Versions that are no numbers are not compared.
  private func isOlder(_ object: PackedObject) -> Bool {
    guard let known = self[object.key], known.isSame(as: object),
      let version = UInt64(object.resourceVersion), let reached = UInt64(known.resourceVersion)
    else { return false }
    return version < reached
  }
}
