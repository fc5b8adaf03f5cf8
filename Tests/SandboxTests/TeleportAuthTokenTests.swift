import GRPCCore
import TeleportSchema
import Testing

@testable import TeleportSandbox

/// Join tokens over the API.
@Suite struct TeleportAuthTokenTests {
  private func token(_ name: String, roles: [String] = ["Bot"], bot: String = "x") -> [UInt8] {
    var metadata = WireWriter()
    metadata.string(1, name)
    var spec = WireWriter()
    for role in roles { spec.string(1, role) }
    if !bot.isEmpty { spec.string(5, bot) }
    var token = WireWriter()
    token.bytes(4, metadata.bytes)
    token.bytes(5, spec.bytes)
    return token.bytes
  }

  @Test(arguments: [12, 14, 18])
  func tokensAreWrittenReadAndDeleted(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let message = token("abcdefgh")
      try await sandbox.asAdmin { client in
        _ =
          major < 13
          ? try await client.call("proto.AuthService/UpsertToken", message)
          : try await client.call("proto.AuthService/UpsertTokenV2", carrying(message))
        let read = try await client.call("proto.AuthService/GetToken", named("abcdefgh"))
        #expect(read.string(at: ResourceField.kind) == "token")
        #expect(read.string(at: TokenField.joinMethod) == "token")
        #expect(read.string(at: TokenField.botName) == "x")
        _ = try await client.call("proto.AuthService/DeleteToken", named("abcdefgh"))
        do {
          _ = try await client.call("proto.AuthService/GetToken", named("abcdefgh"))
          Issue.record("it is still there")
        } catch let error as RPCError {
          #expect(error.code == .notFound)
          #expect(error.message == "provisioning token(******gh) not found")
        }
      }
      let counts = await sandbox.writes("token")
      #expect(counts == .init(created: 1, deleted: 1))
    }
  }

  @Test func badTokensAreRefused() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let messages = [
        token("a", roles: []), token("a", roles: ["Nothing"]), token("a", bot: ""),
        token("a", roles: ["Node"]),
      ]
      try await sandbox.asAdmin { client async throws in
        for message in messages {
          #expect(
            try await client.code("proto.AuthService/CreateTokenV2", carrying(message))
              == .invalidArgument)
        }
        let good = token("a")
        #expect(try await client.code("proto.AuthService/CreateTokenV2", carrying(good)) == nil)
        #expect(
          try await client.code("proto.AuthService/CreateTokenV2", carrying(good))
            == .alreadyExists)
      }
    }
  }

  @Test func rightsAreLookedAt() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      try await sandbox.put("user", Fixture.user("u", role: "operator"))
      let message = token("a")
      let codes = try await sandbox.withClient(try await sandbox.credentials(forUser: "u")) {
        [
          try await $0.code("proto.AuthService/UpsertTokenV2", carrying(message)),
          try await $0.code("proto.AuthService/GetToken", named("a")),
          try await $0.code("proto.AuthService/DeleteToken", named("a")),
        ]
      }
      #expect(codes == [.permissionDenied, .permissionDenied, .permissionDenied])
    }
  }
}
