import Documents
import TeleportClient
import TeleportSchema
import Testing

@Suite("Teleport auth contract: users")
struct TeleportUserContract {
  @Test("what is created is read back, and by whom it was made", arguments: TeleportTarget.all)
  func create(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let name = session.name(session.users)
      let traits: JSONValue = ["logins": ["root", "x"]]
      let user = try session.users.encode([
        "kind": "user", "version": "v2", "metadata": ["name": .string(name)],
        "spec": ["roles": [.string(role)], "traits": traits],
      ])
      _ = try await session.calls.create(user, of: session.users)
      let read = try await session.live(name, of: session.users).json
      #expect(read[["spec", "roles"]] == [.string(role)])
      #expect(read[["spec", "traits"]] == traits)
      let creator = read[["spec", "created_by", "user", "name"]]?.string
      #expect(creator == session.admin.identity.certificate.commonName)
      #expect(read[["spec", "created_by", "time"]] != nil)
    }
  }

  @Test("a second user of the name is AlreadyExists", arguments: TeleportTarget.all)
  func duplicate(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let name = try await session.makeUser(role: role)
      let again = try session.user(name, roles: [role])
      let error = await session.failure {
        try await session.calls.create(again, of: session.users)
      }
      #expect(error?.code == .alreadyExists)
    }
  }

  @Test("a user that is not there is NotFound", arguments: TeleportTarget.all)
  func missing(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.users)
      #expect(try await session.calls.get(name, of: session.users) == nil)
      let deletion = await session.failure {
        try await session.calls.delete(name, of: session.users)
      }
      #expect(deletion?.code == .notFound)
      let role = try await session.makeRole()
      let user = try session.user(name, roles: [role])
      let update = await session.failure {
        try await session.calls.update(user, of: session.users)
      }
      #expect(update?.code == (session.isModern ? .revisionConflict : .notFound))
    }
  }

  @Test("every role of a user must exist", arguments: TeleportTarget.all)
  func unknownRole(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.users)
      let user = try session.user(name, roles: ["contract-no-such-role"])
      let error = await session.failure {
        try await session.calls.create(user, of: session.users)
      }
      #expect(error?.code == .notFound)
      #expect(try await session.calls.get(name, of: session.users) == nil)
    }
  }

  @Test("an update of what was read is taken once", arguments: TeleportTarget.all)
  func update(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let roles = [try await session.makeRole(), try await session.makeRole()]
      let name = try await session.makeUser(role: roles[0])
      let read = try await session.live(name, of: session.users)
      let declared = try session.user(name, roles: roles)
      let merged = try session.users.merge(declared: declared, over: read.bytes)
      _ = try await session.calls.update(merged, of: session.users)
      let updated = try await session.live(name, of: session.users) {
        $0[["spec", "roles"]]?.array?.count == 2
      }.json
      let creator = ["spec", "created_by"]
      #expect(updated[creator] == read.json[creator])
      let error = await session.failure {
        try await session.calls.update(merged, of: session.users)
      }
      #expect(error?.code == (session.isModern ? .revisionConflict : nil))
    }
  }

  @Test("an upsert needs no revision", arguments: TeleportTarget.all)
  func upsert(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let name = session.name(session.users)
      for label in ["one", "two"] {
        let user = try session.user(name, roles: [role], labels: ["step": .string(label)])
        _ = try await session.calls.upsert(user, of: session.users)
        _ = try await session.live(name, of: session.users) {
          $0[["metadata", "labels", "step"]] == .string(label)
        }
      }
    }
  }

  @Test("a user may carry the bot label", arguments: TeleportTarget.all)
  func bot(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let name = try await session.makeUser(
        role: role, labels: ["teleport.internal/bot": "contract"])
      let user = try await session.live(name, of: session.users).json
      #expect(user[["metadata", "labels", "teleport.internal/bot"]] == "contract")
    }
  }

  @Test("a list has every user once", arguments: TeleportTarget.all)
  func list(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let names = [
        try await session.makeUser(role: role), try await session.makeUser(role: role),
      ]
      let listed = try await session.listed(names, of: session.users)
      #expect(Set(listed).count == listed.count)
    }
  }

  @Test("a new role and a new user can be used at once", arguments: TeleportTarget.all)
  func atOnce(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = session.name(session.roles)
      _ = try await session.calls.upsert(try session.role(role), of: session.roles)
      let name = session.name(session.users)
      _ = try await session.calls.create(
        try session.user(name, roles: [role]), of: session.users)
      _ = try await session.issue(name)
    }
  }

  @Test("which service has the users depends on the major version", arguments: TeleportTarget.all)
  func service(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let name = try await session.makeUser(role: role)
      var request = WireWriter()
      request.string(1, name)
      let message = request.bytes
      let legacy = await session.failure {
        try await session.connection.call("proto.AuthService/GetUser", message)
      }
      let modern = await session.failure {
        try await session.connection.call("teleport.users.v1.UsersService/GetUser", message)
      }
      #expect(legacy?.code == (session.isModern ? .unimplemented : nil))
      #expect(modern?.code == (session.isModern ? nil : .unimplemented))
    }
  }
}
