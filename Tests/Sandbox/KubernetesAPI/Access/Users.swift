import Synchronization

/// Everybody who may call, looked up by what they show.
final class Users: Sendable {
  private let users: Mutex<[SandboxUser]>

  init(_ users: [SandboxUser]) { self.users = Mutex(users) }

  /// - Parameter authorization: the value of the header.
  func bearer(of authorization: String?) -> SandboxUser? {
    guard let authorization, let token = authorization.removingPrefix("Bearer "), !token.isEmpty
    else { return nil }
    return users.withLock { $0.first { $0.token == token } }
  }

  func named(_ name: String) -> SandboxUser? {
    users.withLock { $0.first { $0.name == name } }
  }

  /// Adds a user, or replaces the one of that name.
  func set(_ user: SandboxUser) {
    users.withLock { users in
      users.removeAll { $0.name == user.name }
      users.append(user)
    }
  }

  func remove(_ name: String) { users.withLock { $0.removeAll { $0.name == name } } }
}
