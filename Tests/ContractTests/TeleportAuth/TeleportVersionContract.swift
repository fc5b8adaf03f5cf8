import Documents
import GRPCCore
import TeleportClient
import TeleportSchema
import Testing

@Suite("Teleport auth contract: the version header")
struct TeleportVersionContract {
  /// The role's version as a client with that header reads it.
  private func version(
    of name: String, _ session: TeleportSession, header: String?
  ) async throws -> String? {
    let bytes = try await PlainTeleportClient.run(
      session, as: session.admin.identity, version: header
    ) { client in
      try await client.call("proto.AuthService/GetRole", name: name)
    }
    return try session.roles.decode(bytes)["version"]?.string
  }

  @Test("with the server's own version roles are read as they are", arguments: TeleportTarget.all)
  func own(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      let newest = session.newestRoleVersion
      _ = try await session.calls.upsert(
        try session.role(name, version: newest), of: session.roles)
      let role = try await session.live(name, of: session.roles)
      #expect(role.json["version"] == .string(newest))
      #expect(role.json[["metadata", "labels", "teleport.internal/downgraded"]] == nil)
    }
  }

  @Test("without a version old servers lower the newest roles", arguments: TeleportTarget.all)
  func missing(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      _ = try await session.calls.upsert(
        try session.role(name, version: session.newestRoleVersion), of: session.roles)
      _ = try await session.live(name, of: session.roles)
      let expected =
        switch session.major {
        case ...11: "v4"
        case 12: "v5"
        default: session.newestRoleVersion
        }
      #expect(try await version(of: name, session, header: nil) == expected)
    }
  }

  @Test(
    "a role with less access for an old client cannot be written back",
    arguments: TeleportTarget.all)
  func lowered(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let header =
        switch session.major {
        case 14: "13.4.0"
        case 18...: "\(session.major - 1).5.0"
        default: ""
        }
      guard !header.isEmpty else { return }
      let name = session.name(session.roles)
      // Labels for Kubernetes clusters imply rules that older versions cannot say.
      let allow: JSONValue = ["kubernetes_labels": ["*": "*"]]
      _ = try await session.calls.upsert(
        try session.role(name, version: session.newestRoleVersion, allow: allow),
        of: session.roles)
      _ = try await session.live(name, of: session.roles)
      let bytes = try await PlainTeleportClient.run(
        session, as: session.admin.identity, version: header
      ) { client in
        try await client.call("proto.AuthService/GetRole", name: name)
      }
      let role = try session.roles.decode(bytes)
      #expect(role["version"]?.string != session.newestRoleVersion)
      #expect(role[["metadata", "labels", "teleport.internal/downgraded"]] != nil)
      let error = await session.failure {
        try await session.calls.upsert(bytes, of: session.roles)
      }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test("a version that cannot be read is InvalidArgument", arguments: TeleportTarget.all)
  func unreadable(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let name = session.name(session.roles)
      _ = try await session.calls.upsert(
        try session.role(name, version: session.newestRoleVersion), of: session.roles)
      _ = try await session.live(name, of: session.roles)
      let code = try await PlainTeleportClient.run(
        session, as: session.admin.identity, version: "new"
      ) { client in
        try await client.code("proto.AuthService/GetRole", name: name)
      }
      #expect(code == .invalidArgument)
    }
  }
}
