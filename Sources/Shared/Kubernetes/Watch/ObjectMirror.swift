/// The objects of a resource as a reflector tells of them, packed, and found by their names.
public struct ObjectMirror: Sendable {
  /// What an event changed.
  public enum Change: Sendable {
    /// New, or different from before.
    case applied(PackedObject, previous: PackedObject?)
    case deleted(last: PackedObject)
  }

  /// Most names stand once; with many namespaces some stand often.
  private enum Slot {
    case one(PackedObject)
    case several([PackedObject])

    var objects: [PackedObject] {
      switch self {
      case .one(let object): [object]
      case .several(let objects): objects
      }
    }
  }

  private var slots: [String: Slot] = [:]
  private var origins: Set<PackedObject.Origin> = []
  public private(set) var count = 0
  /// Whether a list has been complete once.
  public private(set) var isSynced = false
  /// The keys on the pages of the list under way; nil too where nothing was known before it.
  private var listed: Set<ObjectKey>?

  public init() {}

  /// The object as it was last heard of.
  public subscript(key: ObjectKey) -> PackedObject? {
    switch slots[key.name] {
    case .one(let object): object.namespace == key.namespace ? object : nil
    case .several(let objects): objects.first { $0.namespace == key.namespace }
    case nil: nil
    }
  }

  /// The keys of all objects.
  public var keys: [ObjectKey] {
    slots.flatMap { name, slot in slot.objects.map { ObjectKey(name, namespace: $0.namespace) } }
  }

  /// The keys of the objects of a name, in whichever namespace.
  public func keys(named name: String) -> [ObjectKey] {
    slots[name]?.objects.map { ObjectKey(name, namespace: $0.namespace) } ?? []
  }

  /// How many bytes the objects take, without the table that finds them.
  public var size: Int {
    slots.values.reduce(0) { $0 + $1.objects.reduce(0) { $0 + $1.size } }
  }

  /// Takes an event in and tells what it changed. An object that is already known changes nothing. One that was
  /// deleted and created again under its name gives both changes.
  public mutating func apply(_ event: ReflectorEvent) -> [Change] {
    switch event {
    case .restarted:
      listed = slots.isEmpty ? nil : []
      // Those that are still needed come back with the list.
      origins.removeAll()
      return []
    case .page(let page):
      if listed != nil { for object in page { listed?.insert(object.key) } }
      return page.flatMap { put($0) }
    case .synced:
      let gone = listed.map { listed in keys.filter { !listed.contains($0) } } ?? []
      listed = nil
      isSynced = true
      return gone.sorted().compactMap { remove($0).map { .deleted(last: $0) } }
    case .applied(let object): return put(object)
    case .deleted(let object):
      // The last state is worth more than the last one seen.
      return remove(object.key) == nil ? [] : [.deleted(last: object)]
    }
  }

  private mutating func put(_ object: PackedObject) -> [Change] {
    guard let previous = store(object) else { return [.applied(object, previous: nil)] }
    if !previous.isSame(as: object) {
      return [.deleted(last: previous), .applied(object, previous: nil)]
    }
    if previous.isVersion(of: object) { return [] }
    return [.applied(object, previous: previous)]
  }

  private mutating func store(_ object: PackedObject) -> PackedObject? {
    var object = object
    object.origin = origins.insert(object.origin).memberAfterInsert
    let name = object.name
    guard let slot = slots[name] else {
      slots[name] = .one(object)
      count += 1
      return nil
    }
    if case .one(let known) = slot, known.namespace == object.namespace {
      slots[name] = .one(object)
      return known
    }
    var objects = slot.objects
    defer { slots[name] = .several(objects) }
    guard let index = objects.firstIndex(where: { $0.namespace == object.namespace }) else {
      objects.append(object)
      count += 1
      return nil
    }
    defer { objects[index] = object }
    return objects[index]
  }

  private mutating func remove(_ key: ObjectKey) -> PackedObject? {
    guard let last = self[key] else { return nil }
    count -= 1
    let rest = slots[key.name]?.objects.filter { $0.namespace != key.namespace } ?? []
    slots[key.name] =
      rest.isEmpty ? nil : rest.count == 1 ? rest.first.map(Slot.one) : .several(rest)
    return last
  }
}
