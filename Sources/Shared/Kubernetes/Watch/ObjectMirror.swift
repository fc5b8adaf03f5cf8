/// The objects of a resource as a reflector tells of them.
public struct ObjectMirror: Sendable {
  /// What an event changed.
  public enum Change: Sendable {
    /// New, or different from before.
    case applied(KubernetesObject, previous: KubernetesObject?)
    case deleted(last: KubernetesObject)
  }

  public private(set) var objects: [ObjectKey: KubernetesObject] = [:]
  /// Whether a list has been complete once.
  public private(set) var isSynced = false
  /// The keys on the pages of the list under way.
  private var listed: Set<ObjectKey>?

  public init() {}

  public subscript(key: ObjectKey) -> KubernetesObject? { objects[key] }

  /// Takes an event in and tells what it changed. An object that is already known changes nothing. One that was
  /// deleted and created again under its name gives both changes.
  public mutating func apply(_ event: ReflectorEvent) -> [Change] {
    switch event {
    case .restarted:
      listed = []
      return []
    case .page(let page):
      for object in page { listed?.insert(object.key) }
      return page.flatMap { put($0) }
    case .synced:
      let gone = listed.map { listed in objects.keys.filter { !listed.contains($0) } } ?? []
      listed = nil
      isSynced = true
      return gone.sorted().flatMap { remove($0) }
    case .applied(let object): return put(object)
    case .deleted(let object):
      // The last state is worth more than the last one seen.
      return objects.removeValue(forKey: object.key) == nil ? [] : [.deleted(last: object)]
    }
  }

  private mutating func put(_ object: KubernetesObject) -> [Change] {
    guard let previous = objects.updateValue(object, forKey: object.key) else {
      return [.applied(object, previous: nil)]
    }
    if previous.metadata.uid != object.metadata.uid {
      return [.deleted(last: previous), .applied(object, previous: nil)]
    }
    if previous.metadata.resourceVersion == object.metadata.resourceVersion { return [] }
    return [.applied(object, previous: previous)]
  }

  private mutating func remove(_ key: ObjectKey) -> [Change] {
    objects.removeValue(forKey: key).map { [.deleted(last: $0)] } ?? []
  }
}
