import Kubernetes
import Logging
import Operations
import Synchronization

/// The custom resources of all watched kinds, as Kubernetes has told of them.
final class ResourceMirror: Sendable {
  private struct State {
    var mirrors: [String: ObjectMirror] = [:]
    var states: [String: ReflectorState] = [:]
  }

  private let state = Mutex(State())

  func object(_ key: WorkKey) -> KubernetesObject? {
    state.withLock { $0.mirrors[key.kind]?[ObjectKey(key.name, namespace: key.namespace)] }
  }

  /// Keys of every object of a kind; of those with a name only, where one is given.
  func keys(of kind: WatchedKind, named name: String? = nil) -> [WorkKey] {
    let objects = state.withLock { $0.mirrors[kind.customResource.kind]?.objects ?? [:] }
    return objects.values.filter { name == nil || $0.metadata.name == name }.map(kind.key)
  }

  /// Takes an event in and returns the keys that need a look.
  func apply(_ event: ReflectorEvent, of kind: WatchedKind) -> [WorkKey] {
    let changes = state.withLock { state in
      let name = kind.customResource.kind
      var mirror = state.mirrors.removeValue(forKey: name) ?? ObjectMirror()
      defer { state.mirrors[name] = mirror }
      switch event {
      case .applied(let object) where Self.isOlder(object, than: mirror[object.key]):
        return [ObjectMirror.Change]()
      case .page(let objects):
        // A list can have begun before our own write, too.
        return mirror.apply(
          .page(
            objects.map { object in
              guard let known = mirror[object.key], Self.isOlder(object, than: known) else {
                return object
              }
              return known
            }))
      default: return mirror.apply(event)
      }
    }
    return changes.compactMap { change in
      guard case .applied(let object, let previous) = change else { return nil }
      return Self.matters(object, previous) ? kind.key(object) : nil
    }
  }

  func note(_ reflector: ReflectorState, of kind: WatchedKind) {
    state.withLock { $0.states[kind.customResource.kind] = reflector }
  }

  /// Whether all objects of a kind are known and followed; a kind without a CRD has none.
  func isLive(_ kind: WatchedKind) -> Bool {
    let state = state.withLock { $0.states[kind.customResource.kind] }
    return state == .live || state == .notServed
  }

  /// What is wrong with the mirrors, for readiness; kinds without a CRD are not wrong.
  func problems() -> [String] {
    let states = state.withLock { $0.states }
    return states.sorted { $0.key < $1.key }.compactMap { kind, state in
      switch state {
      case .starting: "\(kind): not listed yet"
      case .live, .notServed: nil
      case .forbidden: "\(kind): the service account may not list and watch it"
      case .retrying(let code): "\(kind): Kubernetes cannot be asked (\(code.rawValue))"
      }
    }
  }

  /// Takes the answer to our own write in, which the watch will bring later.
  func record(_ object: KubernetesObject, of kind: WatchedKind) {
    // One that was deleted while the answer was under way stays deleted.
    guard self.object(kind.key(object))?.metadata.uid == object.metadata.uid else { return }
    var object = object
    Reflector.Options().reduce(&object)
    _ = apply(.applied(object), of: kind)
  }

  /// An event can be older than the answer to our own write, which must not be lost again. Versions that are no
  /// numbers are not compared.
  private static func isOlder(_ object: KubernetesObject, than known: KubernetesObject?) -> Bool {
    guard let known, known.metadata.uid == object.metadata.uid,
      let version = UInt64(object.metadata.resourceVersion),
      let reached = UInt64(known.metadata.resourceVersion)
    else { return false }
    return version < reached
  }

  /// Our own status patches come back as events too and need no look.
  private static func matters(_ object: KubernetesObject, _ previous: KubernetesObject?) -> Bool {
    guard let previous else { return true }
    return object.metadata.generation != previous.metadata.generation
      || object.metadata.deletionTimestamp != previous.metadata.deletionTimestamp
      || object.metadata.labels != previous.metadata.labels
      || object.metadata.annotations != previous.metadata.annotations
      || object.metadata.finalizers != previous.metadata.finalizers
      || object.metadata.declaredAPIVersion != previous.metadata.declaredAPIVersion
  }
}
