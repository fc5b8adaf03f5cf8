import Documents
import TeleportClient
import TeleportSchema
import Testing

/// Of the sandbox alone: before it stores a connector, a real server asks github.com about the organization.
@Suite("Teleport auth contract: GitHub connectors")
struct TeleportGithubContract {
  private func schema() throws -> ResourceSchema { try #require(ResourceSchema.named("github")) }

  private func connector(
    _ name: String, display: String = "GitHub", teams: JSONValue? = nil
  ) throws -> [UInt8] {
    let mapping: JSONValue = [["organization": "acme", "team": "ops", "roles": ["access"]]]
    return try schema().encode([
      "kind": "github", "version": "v3", "metadata": ["name": .string(name)],
      "spec": [
        "client_id": "id", "client_secret": "hush", "redirect_url": "https://x/callback",
        "display": .string(display), "teams_to_roles": teams ?? mapping,
      ],
    ])
  }

  @Test("what is written is read back, without the secret", arguments: TeleportTarget.sandboxes)
  func life(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let schema = try schema()
      let name = session.name(schema)
      _ = try await session.calls.create(try connector(name), of: schema)
      let created = try await session.live(name, of: schema)
      #expect(
        created.json["spec"] == [
          "client_id": "id", "redirect_url": "https://x/callback", "display": "GitHub",
          "teams_to_roles": [["organization": "acme", "team": "ops", "roles": ["access"]]],
        ])
      #expect(try await session.listed([name], of: schema).contains(name))
      let declared = try connector(name, display: "Login")
      let merged = try schema.merge(declared: declared, over: created.bytes)
      _ = try await session.calls.update(merged, of: schema)
      let updated = try await session.live(name, of: schema) {
        $0[["spec", "display"]] == "Login"
      }
      #expect(updated.json[["spec", "client_secret"]] == nil)
      try await session.calls.delete(name, of: schema)
      try await session.gone(name, of: schema)
      let again = await session.failure { try await session.calls.delete(name, of: schema) }
      #expect(again?.code == .notFound)
    }
  }

  @Test("without a mapping there is no connector", arguments: TeleportTarget.sandboxes)
  func mappings(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let schema = try schema()
      for teams in [[], [["organization": "acme", "roles": ["access"]]]] as [JSONValue] {
        let name = session.name(schema)
        let error = await session.failure {
          try await session.calls.create(try connector(name, teams: teams), of: schema)
        }
        #expect(error?.code == .invalidArgument)
        #expect(try await session.calls.get(name, of: schema) == nil)
      }
    }
  }

  @Test("the right to connectors of this kind is enough", arguments: TeleportTarget.sandboxes)
  func rights(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let schema = try schema()
      let verbs: JSONValue = ["list", "create", "read", "update", "delete"]
      for (resource, isEnough) in [("github", true), ("auth_connector", true), ("oidc", false)] {
        let role = try await session.makeRole([
          "rules": [["resources": [.string(resource)], "verbs": verbs]]
        ])
        let user = try await session.makeUser(role: role)
        let name = session.name(schema)
        let bytes = try connector(name)
        try await session.asUser(user) { connection in
          let calls = ResourceCalls(connection)
          let error = await session.failure { try await calls.upsert(bytes, of: schema) }
          #expect(error?.code == (isEnough ? nil : .permissionDenied))
          let listing = await session.failure { try await calls.list(schema) }
          #expect(listing?.code == (isEnough ? nil : .permissionDenied))
        }
      }
    }
  }
}
