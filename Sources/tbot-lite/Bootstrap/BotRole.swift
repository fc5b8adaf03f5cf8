import TeleportClient
import TeleportSchema

/// The role of a bot that joins: it grants next to nothing but to ask for certificates with other roles.
enum BotRole {
  /// The roles that the identity's own roles allow it to ask for.
  ///
  /// - Throws: `TeleportError`, and `.permissionDenied` where there is none.
  static func rolesToRequest(
    of identity: BotIdentity, _ connection: AuthConnection
  ) async throws -> [String] {
    guard let schema = ResourceSchema.named("role") else { return [] }
    let calls = ResourceCalls(connection)
    var roles: Set<String> = []
    // Everybody may read the roles that they hold.
    for name in identity.tls.certificate.organizations {
      guard let bytes = try await calls.get(name, of: schema) else { continue }
      let role = try schema.decode(bytes)
      let allowed = role[["spec", "allow", "impersonate", "roles"]]?.array ?? []
      roles.formUnion(allowed.compactMap(\.string))
    }
    guard !roles.isEmpty else {
      throw TeleportError(
        .permissionDenied, operation: "asking for roles",
        detail:
          "bot user \(identity.user) may not ask for any role; give it some: tctl bots add --roles=…"
      )
    }
    return roles.sorted()
  }
}
