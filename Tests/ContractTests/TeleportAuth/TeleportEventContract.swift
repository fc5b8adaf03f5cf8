import Documents
import Synchronization
import TeleportClient
import TeleportSchema
import Testing

@Suite("Teleport auth contract: events")
struct TeleportEventContract {
  /// Follows events on a connection of their own, and keeps what is about one name.
  private func follow(
    _ session: TeleportSession, _ name: String, until count: Int,
    change: @escaping @Sendable () async throws -> Void
  ) async throws -> [TeleportEvent] {
    let (events, continuation) = AsyncStream.makeStream(of: TeleportEvent.self)
    let connection = try await AuthConnection.open(session.address, as: session.admin.identity)
    let watching = Task {
      try? await connection.watch(kinds: ["role", "user"]) { continuation.yield($0) }
      continuation.finish()
    }
    var seen: [TeleportEvent] = []
    for await event in events {
      switch event {
      case .initialized:
        seen.append(event)
        try await change()
      case .put(_, let about, _), .deleted(_, let about):
        if about == name { seen.append(event) }
      }
      if seen.count == count { break }
    }
    watching.cancel()
    await connection.close()
    return seen
  }

  @Test("INIT comes first, then each change in order", arguments: TeleportTarget.all)
  func order(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      let first = try session.role(name, allow: ["logins": ["one"]])
      let second = try session.role(name, allow: ["logins": ["two"]])
      let seen = try await follow(session, name, until: 4) {
        _ = try await session.calls.upsert(first, of: session.roles)
        _ = try await session.calls.upsert(second, of: session.roles)
        try await session.calls.delete(name, of: session.roles)
      }
      #expect(seen.first == .initialized)
      var logins: [JSONValue?] = []
      for case .put("role", _, let bytes) in seen {
        logins.append(try session.roles.decode(bytes)[["spec", "allow", "logins"]])
      }
      #expect(logins == [["one"], ["two"]])
      #expect(seen.last == .deleted(kind: "role", name: name))
    }
  }

  @Test("users have events too", arguments: TeleportTarget.all)
  func users(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let name = session.name(session.users)
      let user = try session.user(name, roles: [role])
      let seen = try await follow(session, name, until: 3) {
        _ = try await session.calls.create(user, of: session.users)
        try await session.calls.delete(name, of: session.users)
      }
      #expect(seen.last == .deleted(kind: "user", name: name))
      guard case .put("user", _, let bytes) = seen[1] else {
        Issue.record("a user was created, but \(seen[1]) came")
        return
      }
      #expect(try session.users.decode(bytes)[["spec", "roles"]] == [.string(role)])
    }
  }

  @Test("a read after an event shows what the event said", arguments: TeleportTarget.all)
  func readsFollow(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      let role = try session.role(name)
      let seen = try await follow(session, name, until: 2) {
        _ = try await session.calls.upsert(role, of: session.roles)
      }
      #expect(seen.count == 2)
      #expect(try await session.calls.get(name, of: session.roles) != nil)
    }
  }

  @Test("a kind that the caller may not read, alone, is denied", arguments: TeleportTarget.all)
  func denied(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let user = try await session.makeUser(role: try await session.makeRole())
      try await session.asUser(user) { connection in
        let error = await session.failure {
          try await connection.watch(kinds: ["role"]) { _ in }
        }
        // With partial success nothing is left to watch, which newer servers call a bad parameter.
        #expect([.permissionDenied, .invalidArgument].contains(error?.code))
      }
    }
  }

  @Test("a kind that no server has fails", arguments: TeleportTarget.all)
  func unknownKind(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let error = await session.failure {
        try await session.connection.watch(kinds: ["contract_unicorn"]) { _ in }
      }
      #expect(error?.code == .invalidArgument)
    }
  }
}
