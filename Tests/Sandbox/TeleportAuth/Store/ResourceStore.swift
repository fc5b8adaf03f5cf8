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
    let name = message.string(at: ResourceField.name)
    key = ResourceKey(
      kind: kind, name: kind == "cert_authority" ? "\(message.string(at: [2]))/\(name)" : name)
    self.message = message
    roles = kind == "user" ? message.strings(at: UserField.roles) : []
    let expiry =
      message.message(at: ResourceField.expires)
      ?? (kind == "user" ? message.message(at: UserField.expires) : nil)
      ?? (kind == "lock" ? message.message(at: LockField.expires) : nil)
    expires = expiry.flatMap(TimestampMessage.decode).map(Date.init(timeIntervalSince1970:))
  }

  var revision: String { message.string(at: ResourceField.revision) }

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

/// Resources by kind and name.
struct ResourceStore: Sendable {
  private var items: [ResourceKey: StoredResource] = [:]

  mutating func apply(_ change: ResourceChange) {
    switch change {
    case .put(let resource): items[resource.key] = resource
    case .delete(let key): items[key] = nil
    }
  }

  subscript(kind: String, name: String) -> StoredResource? {
    items[ResourceKey(kind: kind, name: name)]
  }

  /// All of a kind, ordered by name.
  func all(_ kind: String) -> [StoredResource] {
    items.values.filter { $0.key.kind == kind }.sorted { $0.key.name < $1.key.name }
  }

  /// What has an expiry that is past.
  func expired(at now: Date) -> [ResourceKey] {
    items.values.filter { $0.isExpired(at: now) }.map(\.key)
  }

  func users(holding role: String) -> Bool {
    items.values.contains { $0.roles.contains(role) }
  }
}
