import TeleportSchema

/// What is remembered of a resource that Teleport holds: enough to tell whether it has changed, and whose it is.
struct LiveResource: Hashable, Sendable {
  let facts: ResourceFacts
  /// See `ResourceSchema.managedHash(of:)`.
  let hash: String

  init(_ bytes: some Collection<UInt8>, _ schema: ResourceSchema) throws(WireError) {
    facts = try ResourceFacts(bytes)
    hash = try schema.managedHash(of: bytes)
  }
}
