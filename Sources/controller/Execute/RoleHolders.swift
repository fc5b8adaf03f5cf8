import TeleportClient
import TeleportSchema

/// Finds out who keeps a role from being deleted: Teleport itself only says that somebody does.
struct RoleHolders: Sendable {
  let calls: ResourceCalls
  private static let shown = 5

  /// Names of users who have the role, the rest as a number; empty where they cannot be read.
  func names(of role: String) async -> [String] {
    guard let schema = ResourceSchema.named("user"),
      let users = try? await calls.list(schema)
    else { return [] }
    let names = users.compactMap { bytes -> String? in
      guard let user = try? schema.decode(bytes),
        user[["spec", "roles"]]?.array?.contains(.string(role)) == true
      else { return nil }
      return user[["metadata", "name"]]?.string
    }.sorted()
    let rest = names.count - Self.shown
    return names.prefix(Self.shown) + (rest > 0 ? ["and \(rest) more"] : [])
  }
}
