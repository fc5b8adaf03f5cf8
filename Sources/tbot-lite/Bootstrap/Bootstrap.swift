import Documents
import Synchronization
import TeleportClient
import TeleportSchema

/// Keeps a bot's role and user in Teleport as they should be.
///
/// - Guarantees: what somebody else has changed, added or removed is put back at the next run; what is as this process
///   last left it is only read, so that a renewal does not fill the audit log.
final class Bootstrap: Sendable {
  private let settings: JoinSettings.LocalAdmin
  private let kept = Mutex<[String: Kept]>([:])

  /// What is known of a resource's managed fields, as hashes.
  private struct Kept {
    /// How the server holds what this process writes, its own defaults included.
    var asWritten: String?
    var lastSeen: String?
  }

  init(settings: JoinSettings.LocalAdmin) { self.settings = settings }

  func run(_ connection: AuthConnection) async throws {
    let calls = ResourceCalls(connection)
    // The role first: a user may only hold roles that exist.
    if case .operatorRole(let name) = settings.roles {
      let role = OperatorRole.resource(named: name, kinds: ResourceSchema.standard)
      try await keep(role, "role", name, calls)
    }
    let user = BotUser.resource(ofBot: settings.botName, roles: settings.roles.names)
    try await keep(user, "user", BotUser.name(ofBot: settings.botName), calls)
  }

  private func keep(
    _ document: JSONValue, _ kind: String, _ name: String, _ calls: ResourceCalls
  ) async throws {
    guard let schema = ResourceSchema.named(kind) else { return }
    let seen = try await calls.get(name, of: schema).map { try schema.managedHash(of: $0) }
    let before = kept.withLock { $0[kind] } ?? Kept()
    if let seen, seen == before.asWritten { return }
    let asWritten: String?
    switch try await calls.upsert(schema.encode(document), of: schema) {
    case .resource(let bytes):
      asWritten = try schema.managedHash(of: bytes)
    case .acknowledged:
      // A server that does not show what it stored: what looks the same before and after a write is what a write makes.
      asWritten = seen == before.lastSeen ? seen : nil
    }
    kept.withLock { $0[kind] = Kept(asWritten: asWritten, lastSeen: seen) }
  }
}
