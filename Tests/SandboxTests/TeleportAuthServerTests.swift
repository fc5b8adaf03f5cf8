import Documents
import GRPCCore
import TeleportSandbox
import TeleportSchema
import Testing

/// The stand-in over the wire: TLS, identity, calls.
@Suite struct TeleportAuthServerTests {
  static let majors = [11, 14, 18]

  @Test(arguments: majors)
  func pingNeedsNoIdentity(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let reply = try await sandbox.withClient(nil) { try await $0.call("proto.AuthService/Ping") }
      let fields = try WireReader.fields(of: reply)
      #expect(fields.first { $0.number == 1 }?.string == "sandbox.example.com")
      #expect(fields.first { $0.number == 2 }?.string == "\(major).0.0")
      let code = try await sandbox.withClient(nil) { client in
        try await client.code("proto.AuthService/GetRole", named("access"))
      }
      #expect(code == .permissionDenied)
    }
  }

  @Test(arguments: majors)
  func administratorWritesAndReadsARole(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let role = try await sandbox.asAdmin { client in
        _ = try await client.call(
          "proto.AuthService/UpsertRole", try Sample.role("dev", allow: ["logins": ["root"]]))
        return try await client.call("proto.AuthService/GetRole", named("dev"))
      }
      let json = try Sample.decode("role", role)
      #expect(json[["spec", "allow", "logins"]] == ["root"])
      #expect(json["version"] == "v5")
      #expect(json[["spec", "options", "cert_format"]] == "standard")
      let hasRevision = json[["metadata", "revision"]]?.string?.isEmpty == false
      #expect(hasRevision == (major >= 15))
      #expect(await sandbox.writes("role") == .init(created: 1))
    }
  }

  @Test(arguments: majors)
  func callsOfOtherVersionsAreUnimplemented(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let codes = try await sandbox.asAdmin { client in
        [
          "GetRoles": try await client.code("proto.AuthService/GetRoles"),
          "ListRoles": try await client.code("proto.AuthService/ListRoles"),
          "legacy": try await client.code("proto.AuthService/GetUser", named("nobody")),
          "modern": try await client.code("teleport.users.v1.UsersService/ListUsers"),
          "unknown": try await client.code("proto.AuthService/GenerateWindowsDesktopCert"),
        ]
      }
      let isModern = major >= 15
      #expect(codes["GetRoles"] == (isModern ? .some(.unimplemented) : .some(nil)))
      #expect(codes["ListRoles"] == (isModern ? .some(nil) : .some(.unimplemented)))
      #expect(codes["legacy"] == .some(isModern ? .unimplemented : .notFound))
      #expect(codes["modern"] == (isModern ? .some(nil) : .some(.unimplemented)))
      #expect(codes["unknown"] == .some(.unimplemented))
    }
  }

  @Test func userMayDoWhatItsRoleAllows() async throws {
    try await withSandbox { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      try await sandbox.put("user", Fixture.user("bot-x", role: "operator"))
      let user = try await sandbox.credentials(forUser: "bot-x")
      try await sandbox.withClient(user, version: "18.0.0") { client in
        let role = try Sample.role("dev")
        #expect(try await client.code("proto.AuthService/UpsertRole", role) == nil)
        #expect(try await client.code("proto.AuthService/DeleteRole", named("dev")) == nil)
        let denied = await #expect(throws: RPCError.self) {
          try await client.call(
            "teleport.users.v1.UsersService/CreateUser",
            carrying(try Sample.user("alice", roles: ["access"])))
        }
        #expect(denied?.code == .permissionDenied)
        #expect(denied?.message == #"access denied to perform action "create" on "user""#)
      }
    }
  }

  @Test func goneUserLooksLikeAGoneResourceAndALockedOneIsDenied() async throws {
    try await withSandbox { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      try await sandbox.put("user", Fixture.user("bot-x", role: "operator"))
      let user = try await sandbox.credentials(forUser: "bot-x")
      try await sandbox.withClient(user) { client in
        let free = try await client.code("proto.AuthService/GetRole", named("operator"))
        #expect(free == nil)
        await sandbox.lock(user: "bot-x")
        let locked = try await client.code("proto.AuthService/GetRole", named("operator"))
        #expect(locked == .permissionDenied)
        await sandbox.unlock(user: "bot-x")
        await sandbox.delete("user", "bot-x")
        let gone = await #expect(throws: RPCError.self) {
          try await client.call("proto.AuthService/GetRole", named("operator"))
        }
        #expect(gone?.code == .notFound)
        #expect(gone?.message.hasPrefix("access denied") == true)
      }
    }
  }

  @Test func expiredCertificateIsRefusedInTheHandshakeOnly() async throws {
    try await withSandbox { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      try await sandbox.put("user", Fixture.user("bot-x", role: "operator"))
      let user = try await sandbox.credentials(forUser: "bot-x", lifetime: .seconds(60))
      try await sandbox.withClient(user) { client in
        let before = try await client.code("proto.AuthService/GetRole", named("operator"))
        await sandbox.advanceClock(by: .seconds(120))
        // A connection keeps the identity that it was opened with.
        let after = try await client.code("proto.AuthService/GetRole", named("operator"))
        #expect(before == nil && after == nil)
      }
      let code = try await sandbox.withClient(user) { client in
        try await client.code("proto.AuthService/Ping")
      }
      #expect(code == .unavailable)
    }
  }

  @Test func certificateOfAnotherClusterIsRefused() async throws {
    try await withSandbox { sandbox in
      let (stranger, authorities) = try await withSandbox { other in
        (try await other.adminCredentials, try await other.hostAuthorities)
      }
      let refused = try await sandbox.withClient(stranger) { client in
        try await client.code("proto.AuthService/Ping")
      }
      #expect(refused == .unavailable)
      let distrusted = try await sandbox.withClient(nil, authorities: authorities) { client in
        try await client.code("proto.AuthService/Ping")
      }
      #expect(distrusted == .unavailable)
    }
  }

  @Test func serverNameIsTeleportsOrAClusterInHex() async throws {
    try await withSandbox { sandbox in
      let hex = "sandbox.example.com".utf8.map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
      let accepted = try await sandbox.withClient(
        nil, serverName: hex + ".teleport.cluster.local"
      ) { try await $0.code("proto.AuthService/Ping") }
      #expect(accepted == nil)
      let refused = try await sandbox.withClient(nil, serverName: "xyz.teleport.cluster.local") {
        try await $0.code("proto.AuthService/Ping")
      }
      #expect(refused == .unavailable)
    }
  }

  @Test func moreThanOneCertificateIsDenied() async throws {
    var options = TeleportSandbox.Options(major: 18)
    options.refusesIntermediates = true
    try await withSandbox(options) { sandbox in
      let admin = try await sandbox.adminCredentials
      let authority = try await sandbox.hostAuthorities
      let code = try await sandbox.withClient(admin, chain: authority) { client in
        try await client.code("proto.AuthService/GetRole", named("access"))
      }
      #expect(code == .permissionDenied)
    }
  }

  @Test func hugeRequestIsRefused() async throws {
    try await withSandbox { sandbox in
      let code = try await sandbox.asAdmin { client in
        try await client.code(
          "proto.AuthService/UpsertRole",
          try Sample.role(
            "big", allow: ["logins": [.string(String(repeating: "a", count: 5 * 1024 * 1024))]]))
      }
      #expect(code == .resourceExhausted)
    }
  }
}

enum Fixture {
  static let operatorRole: JSONValue = [
    "kind": "role", "version": "v5", "metadata": ["name": "operator"],
    "spec": [
      "allow": [
        "rules": [
          ["resources": ["role"], "verbs": ["list", "create", "read", "update", "delete"]],
          ["resources": ["user"], "verbs": ["list", "read"]],
        ]
      ]
    ],
  ]

  static func user(_ name: String, role: String) -> JSONValue {
    [
      "kind": "user", "version": "v2",
      "metadata": ["name": .string(name), "labels": ["teleport.internal/bot": "x"]],
      "spec": ["roles": [.string(role)]],
    ]
  }
}
