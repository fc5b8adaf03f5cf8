import FoundationEssentials

struct ResourceKey: Hashable, Sendable {
  let kind: String
  let name: String
}

/// A resource as the server keeps it: its very bytes, and the few facts that are asked for often.
struct StoredResource: Hashable, Sendable {
  let key: ResourceKey
  let message: [UInt8]
  /// Roles of a user; empty for other kinds.
  let roles: [String]
  let expires: Date?

  init(kind: String, message: [UInt8]) {
    let layout = MessageLayout.of(kind)
    let name = message.string(at: layout.name)
    key = ResourceKey(
      kind: kind, name: kind == "cert_authority" ? "\(message.string(at: [2]))/\(name)" : name)
    self.message = message
    roles = kind == "user" ? message.strings(at: UserField.roles) : []
    let expiry =
      message.message(at: layout.expires)
      ?? (kind == "user" ? message.message(at: UserField.expires) : nil)
      ?? (kind == "lock" ? message.message(at: LockField.expires) : nil)
    expires = expiry.flatMap(TimestampMessage.decode).map(Date.init(timeIntervalSince1970:))
  }

  var revision: String { message.string(at: MessageLayout.of(key.kind).revision) }

  func isExpired(at now: Date) -> Bool { expires.map { $0 <= now } ?? false }
}

enum ResourceChange: Hashable, Sendable {
  case put(StoredResource)
  case delete(ResourceKey)

  var key: ResourceKey {
    switch self {
    case .put(let resource): resource.key
    case .delete(let key): key
    }
  }
}

/// Resources by kind and name. Thousands of them make no call slower that is about one.
struct ResourceStore: Sendable {
  private struct Shelf: Sendable {
    var items: [String: StoredResource] = [:]
    /// In order.
    var names: [String] = []

    /// The index of the first name that is `name` or comes after it.
    func firstIndex(notBefore name: String) -> Int {
      var (low, high) = (0, names.count)
      while low < high {
        let middle = (low + high) / 2
        if names[middle] < name { low = middle + 1 } else { high = middle }
      }
      return low
    }

    mutating func put(_ resource: StoredResource) {
      let name = resource.key.name
      if items.updateValue(resource, forKey: name) == nil {
        names.insert(name, at: firstIndex(notBefore: name))
      }
    }

    mutating func remove(_ name: String) {
      if items.removeValue(forKey: name) != nil { names.remove(at: firstIndex(notBefore: name)) }
    }
  }

  private var shelves: [String: Shelf] = [:]
  private var mortal: Set<ResourceKey> = []

  mutating func apply(_ change: ResourceChange) {
    let key = change.key
    mortal.remove(key)
    switch change {
    case .put(let resource):
      shelves[key.kind, default: Shelf()].put(resource)
      if resource.expires != nil { mortal.insert(key) }
    case .delete: shelves[key.kind]?.remove(key.name)
    }
  }

  subscript(kind: String, name: String) -> StoredResource? { shelves[kind]?.items[name] }

  /// All of a kind, ordered by name.
  func all(_ kind: String) -> [StoredResource] {
    guard let shelf = shelves[kind] else { return [] }
    return shelf.names.compactMap { shelf.items[$0] }
  }

  /// What has an expiry that is past.
  func expired(at now: Date) -> [ResourceKey] {
    mortal.filter { self[$0.kind, $0.name]?.isExpired(at: now) ?? false }
  }

  func users(holding role: String) -> Bool {
    shelves["user"]?.items.values.contains { $0.roles.contains(role) } ?? false
  }
}
