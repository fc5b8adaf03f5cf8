import TeleportSchema

/// What is remembered of a resource that Teleport holds: enough to tell whether it is as it should be, and no more.
///
/// About 300 bytes with its place in the mirror. Whoever needs the resource itself (to merge, to show a difference)
/// reads it.
struct LiveResource: Hashable, Sendable {
  /// Name, version, revision and the labels that decisions are about.
  let facts: ResourceFacts
  private let digest: ManagedHash

  /// `ResourceSchema.managedHash(of:)`
  var hash: String { digest.description }

  /// - Throws: `WireError` for bytes that are no resource of this kind.
  init(_ bytes: some Collection<UInt8>, _ schema: ResourceSchema) throws(WireError) {
    let bytes = Array(bytes)
    facts = try schema.facts(of: bytes)
    digest = try schema.managedDigest(of: bytes)
  }
}
