import Documents
import TeleportSchema

/// A kind that the stand-in does not keep.
public struct UnknownKindError: Error, Hashable, Sendable {
  public let kind: String
}

/// Resources without the API: what somebody does with `tctl`, and what a test looks at.
extension TeleportSandbox {
  /// The resource as committed, all fields that the schema knows; nil where there is none.
  public func resource(_ kind: String, _ name: String) async throws -> JSONValue? {
    let schema = try schema(kind)
    return try await state.backend[kind, name].map { try schema.decode($0.message) }
  }

  /// The very bytes of the resource.
  public func message(_ kind: String, _ name: String) async -> [UInt8]? {
    await state.backend[kind, name]?.message
  }

  /// All resources of a kind, ordered by name.
  public func resources(_ kind: String) async throws -> [JSONValue] {
    let schema = try schema(kind)
    return try await state.backend.all(kind).map { try schema.decode($0.message) }
  }

  public func names(_ kind: String) async -> [String] {
    await state.backend.all(kind).map(\.key.name)
  }

  /// Writes a resource by hand: as an administrator would, with defaults filled in, a new revision and an event.
  public func put(_ kind: String, _ resource: JSONValue) async throws {
    try await state.putByHand(try schema(kind).encode(resource), kind: kind)
  }

  /// As `put(_:_:)`, from bytes; fields that no schema knows stay.
  public func put(_ kind: String, message: [UInt8]) async throws {
    _ = try schema(kind)
    try await state.putByHand(message, kind: kind)
  }

  /// Removes a resource by hand, with an event; whether there was one.
  @discardableResult
  public func delete(_ kind: String, _ name: String) async -> Bool {
    await state.deleteByHand(ResourceKey(kind: kind, name: name))
  }

  /// Writes that came through the API.
  public func writes(_ kind: String) async -> WriteCounts { await state.writes[kind] ?? .init() }

  public func resetWriteCounts() async { await state.resetWriteCounts() }

  private nonisolated func schema(_ kind: String) throws -> ResourceSchema {
    guard let schema = ResourceSchema.named(kind) else { throw UnknownKindError(kind: kind) }
    return schema
  }
}

extension AuthState {
  func putByHand(_ message: [UInt8], kind: String) throws(CallError) {
    var message = message
    switch kind {
    case "role":
      try RoleDefaults(major: major).complete(&message)
    case "user":
      try UserCompletion.complete(&message, major: major)
      UserCompletion.setCreator(of: &message, to: "tctl", seconds: now.timeIntervalSince1970)
    case "token":
      try TokenRules(major: major).complete(&message)
    default:
      if let served = ServedKind.named(kind) {
        message = try completed(message, served, caller: "tctl")
      } else {
        try MetadataRules.complete(&message, major: major)
      }
    }
    store(message, kind: kind)
  }

  func deleteByHand(_ key: ResourceKey) -> Bool {
    guard backend[key.kind, key.name] != nil else { return false }
    commit(.delete(key))
    return true
  }

  func addPresets() throws {
    guard let schema = ResourceSchema.named("role") else { return }
    for role in PresetRoles.all(major: major) {
      try putByHand(try schema.encode(role), kind: "role")
    }
    for kind in AuthorityKind.allCases { try storeAuthority(kind) }
    refreshCache()
  }

  func resetWriteCounts() { writes = [:] }
}
