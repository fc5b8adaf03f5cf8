import Documents
import TeleportClient
import TeleportSchema
import Testing

@Suite("Teleport auth contract: roles")
struct TeleportRoleContract {
  @Test("what is upserted is read back, with defaults around it", arguments: TeleportTarget.all)
  func upsert(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      let allow: JSONValue = [
        "logins": ["root"], "node_labels": ["dev": ["a", "b"]],
        "rules": [["resources": ["role"], "verbs": ["read"]]],
      ]
      _ = try await session.calls.upsert(
        try session.role(name, allow: allow, labels: ["team": "x"]), of: session.roles)
      let role = try await session.live(name, of: session.roles).json
      #expect(role["kind"] == "role")
      #expect(role["version"] == "v4")
      #expect(role[["metadata", "labels"]] == ["team": "x"])
      #expect(role[["spec", "allow", "logins"]] == ["root"])
      #expect(role[["spec", "allow", "node_labels"]] == ["dev": ["a", "b"]])
      #expect(role[["spec", "allow", "rules"]] == [["resources": ["role"], "verbs": ["read"]]])
      #expect(role[["spec", "options", "max_session_ttl"]] == "30h0m0s")
      #expect(role[["spec", "options", "cert_format"]] == "standard")
      #expect(role[["spec", "options", "enhanced_recording"]] == ["command", "network"])
      let forwards: JSONValue? = session.isModern ? nil : true
      #expect(role[["spec", "options", "port_forwarding"]] == forwards)
      let revision = role[["metadata", "revision"]]?.string ?? ""
      #expect(revision.isEmpty == !session.isModern)
    }
  }

  @Test("a new role is read by its name at once", arguments: TeleportTarget.all)
  func readAfterCreate(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      _ = try await session.calls.upsert(try session.role(name), of: session.roles)
      let read = try await session.calls.get(name, of: session.roles)
      #expect(read != nil)
    }
  }

  @Test("an update replaces all that is not said again", arguments: TeleportTarget.all)
  func replace(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = try await session.makeRole(["logins": ["root"], "db_names": ["a"]])
      _ = try await session.calls.upsert(
        try session.role(name, allow: ["logins": ["admin"]]), of: session.roles)
      let role = try await session.live(name, of: session.roles) {
        $0[["spec", "allow", "logins"]] == ["admin"]
      }.json
      #expect(role[["spec", "allow", "db_names"]] == nil)
    }
  }

  @Test("a role that is not there is NotFound", arguments: TeleportTarget.all)
  func missing(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      let read = try await session.calls.get(name, of: session.roles)
      #expect(read == nil)
      let error = await session.failure {
        try await session.calls.delete(name, of: session.roles)
      }
      #expect(error?.code == .notFound)
    }
  }

  @Test("a deleted role is gone", arguments: TeleportTarget.all)
  func delete(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = try await session.makeRole()
      try await session.calls.delete(name, of: session.roles)
      try await session.gone(name, of: session.roles)
    }
  }

  @Test("a list has every role once", arguments: TeleportTarget.all)
  func list(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let names = [try await session.makeRole(), try await session.makeRole()]
      let listed = try await session.listed(names, of: session.roles)
      #expect(Set(listed).count == listed.count)
    }
  }

  @Test("pages of a list join without a gap", arguments: TeleportTarget.all)
  func pages(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      guard session.isModern else { return }
      var made: [String] = []
      for _ in 0..<3 { made.append(try await session.makeRole()) }
      _ = try await session.listed(made, of: session.roles)
      var names: [String] = []
      var token = ""
      repeat {
        var request = WireWriter()
        request.varint(1, 2)
        request.string(2, token)
        let reply = try await session.connection.call(
          "proto.AuthService/ListRoles", request.bytes)
        let fields = try WireReader.fields(of: reply)
        let page = fields.filter { $0.number == 1 }
        #expect(page.count <= 2)
        names += try page.map { try ResourceFacts($0.bytes ?? []).name }
        token = fields.last { $0.number == 2 }?.string ?? ""
      } while !token.isEmpty
      #expect(Set(names).isSuperset(of: made))
      #expect(Set(names).count == names.count)
    }
  }

  @Test("a version that the server does not know becomes another", arguments: TeleportTarget.all)
  func unknownVersion(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      _ = try await session.calls.upsert(
        try session.role(name, version: "v99"), of: session.roles)
      let role = try await session.live(name, of: session.roles).json
      #expect(role["version"] == .string(session.newestRoleVersion))
    }
  }

  @Test(
    "what no role may say is InvalidArgument", arguments: TeleportTarget.all,
    [
      ["logins": ["*"]], ["node_labels": ["*": ["dev"]]], ["aws_role_arns": ["*"]],
      ["rules": [["resources": ["role"]]]], ["rules": [["verbs": ["read"]]]],
    ] as [JSONValue])
  func invalid(target: TeleportTarget, allow: JSONValue) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      let role = try session.role(name, allow: allow)
      let error = await session.failure {
        try await session.calls.upsert(role, of: session.roles)
      }
      #expect(error?.code == .invalidArgument)
      #expect(try await session.calls.get(name, of: session.roles) == nil)
    }
  }

  @Test("a role without a name is InvalidArgument", arguments: TeleportTarget.all)
  func nameless(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try session.role("")
      let error = await session.failure {
        try await session.calls.upsert(role, of: session.roles)
      }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test("only known origins are accepted", arguments: TeleportTarget.all)
  func origin(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      let strange = try session.role(name, labels: ["teleport.dev/origin": "elsewhere"])
      let error = await session.failure {
        try await session.calls.upsert(strange, of: session.roles)
      }
      #expect(error?.code == .invalidArgument)
      let ours = try session.role(name, labels: ["teleport.dev/origin": "kubernetes"])
      _ = try await session.calls.upsert(ours, of: session.roles)
      let role = try await session.live(name, of: session.roles).bytes
      #expect(try ResourceFacts(role).isOwnedByKubernetes)
    }
  }

  @Test("an update with a stale revision is a conflict", arguments: TeleportTarget.all)
  func conditional(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      guard session.isModern else { return }
      let name = try await session.makeRole()
      let first = try await session.live(name, of: session.roles).bytes
      _ = try await session.calls.update(first, of: session.roles)
      let error = await session.failure {
        try await session.calls.update(first, of: session.roles)
      }
      #expect(error?.code == .revisionConflict)
      let created = await session.failure {
        try await session.calls.create(first, of: session.roles)
      }
      #expect(created?.code == .alreadyExists)
    }
  }

  @Test("a role that a user holds stays until the user is gone", arguments: TeleportTarget.all)
  func inUse(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let user = try await session.makeUser(role: role)
      let error = await session.failure {
        try await session.calls.delete(role, of: session.roles)
      }
      #expect(error?.detail.contains("still in use by a user") == true)
      #expect(error?.code == (session.isModern ? .refused : .invalidArgument))
      try await session.calls.delete(user, of: session.users)
      try await session.calls.delete(role, of: session.roles)
      try await session.gone(role, of: session.roles)
    }
  }
}
