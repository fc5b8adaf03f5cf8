import Documents
import GRPCCore
import SandboxFaults
import TeleportSandbox
import TeleportSchema
import Testing

/// Going wrong on demand.
@Suite struct TeleportAuthFaultTests {
  private static let upsert = "proto.AuthService/UpsertRole"

  @Test func callsAreRecorded() async throws {
    try await withSandbox { sandbox in
      try await sandbox.asAdmin { client in
        _ = try await client.call(Self.upsert, try Sample.role("dev"))
        _ = try await client.code("proto.AuthService/GetRoles")
        _ = try await client.code("teleport.users.v1.UsersService/GetUser", named("alice"))
      }
      #expect(
        await sandbox.faults.requests == [
          SandboxRequest(operation: Self.upsert, target: "dev"),
          SandboxRequest(operation: "proto.AuthService/GetRoles", target: ""),
          SandboxRequest(operation: "teleport.users.v1.UsersService/GetUser", target: "alice"),
        ])
    }
  }

  @Test(arguments: [FaultMoment.beforeCommit, .afterCommit])
  func failureStrikesBeforeOrAfterTheCommit(moment: FaultMoment) async throws {
    try await withSandbox { sandbox in
      await sandbox.faults.inject(.fail(code: 14, message: "no"), at: moment) {
        $0.target == "dev"
      }
      let code = try await sandbox.asAdmin { client in
        try await client.code(Self.upsert, try Sample.role("dev"))
      }
      #expect(code == .unavailable)
      #expect(await sandbox.names("role").contains("dev") == (moment == .afterCommit))
    }
  }

  @Test(arguments: [FaultMoment.beforeCommit, .afterCommit])
  func connectionIsCut(moment: FaultMoment) async throws {
    try await withSandbox { sandbox in
      await sandbox.faults.inject(.cut, at: moment) { $0.target == "dev" }
      let code = try await sandbox.asAdmin { client in
        try await client.code(Self.upsert, try Sample.role("dev"))
      }
      #expect(code == .unavailable)
      #expect(await sandbox.names("role").contains("dev") == (moment == .afterCommit))
    }
  }

  @Test func pausedCallWaitsForItsGate() async throws {
    try await withSandbox { sandbox in
      let gate = Gate()
      await sandbox.faults.inject(.pause(gate), at: .beforeCommit) { $0.target == "dev" }
      try await sandbox.asAdmin { client in
        async let done = client.call(Self.upsert, try Sample.role("dev"))
        await gate.waitForArrivals()
        #expect(await !sandbox.names("role").contains("dev"))
        await gate.open()
        _ = try await done
      }
      #expect(await sandbox.names("role").contains("dev"))
    }
  }

  @Test func serverComesBackOnTheSamePortWithItsData() async throws {
    try await withSandbox { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      await sandbox.stop()
      let down = try await sandbox.asAdmin { try await $0.code("proto.AuthService/Ping") }
      #expect(down == .unavailable)
      try await sandbox.restart()
      let up = try await sandbox.asAdmin {
        try await $0.code("proto.AuthService/GetRole", named("operator"))
      }
      #expect(up == nil)
    }
  }

  @Test func pausedServerAnswersWhenItGoesOn() async throws {
    try await withSandbox { sandbox in
      try await sandbox.asAdmin { client in
        _ = try await client.call("proto.AuthService/Ping")
        await sandbox.pause()
        async let reply = client.call("proto.AuthService/Ping")
        #expect(await sandbox.connectionCount == 1)
        await sandbox.resume()
        _ = try await reply
      }
    }
  }

  // MARK: - Cache

  @Test func readsStayBehindUntilTheCacheIsRefreshed() async throws {
    var options = TeleportSandbox.Options(major: 18)
    options.cacheLag = .manual
    try await withSandbox(options) { sandbox in
      try await sandbox.asAdmin { client in
        func version() async throws -> String? {
          let role = try await client.call("proto.AuthService/GetRole", named("dev"))
          return try Sample.decode("role", role)["version"]?.string
        }
        func list() async throws -> [UInt8] { try await client.call("proto.AuthService/ListRoles") }
        let before = try await list()
        _ = try await client.call(Self.upsert, try Sample.role("dev", version: "v5"))
        // What is new is found by name, though no list has it yet.
        #expect(try await version() == "v5")
        #expect(try await list() == before)
        await sandbox.refreshCache()
        #expect(try await list() != before)

        _ = try await client.call(Self.upsert, try Sample.role("dev", version: "v6"))
        #expect(try await version() == "v5")
        await sandbox.refreshCache()
        #expect(try await version() == "v6")

        _ = try await client.call("proto.AuthService/DeleteRole", named("dev"))
        #expect(try await client.code("proto.AuthService/GetRole", named("dev")) == nil)
        let again = try await client.code("proto.AuthService/DeleteRole", named("dev"))
        #expect(again == .notFound)
        await sandbox.refreshCache()
        let late = try await client.code("proto.AuthService/GetRole", named("dev"))
        #expect(late == .notFound)
      }
    }
  }

  @Test func cacheCatchesUpByItself() async throws {
    var options = TeleportSandbox.Options(major: 18)
    options.cacheLag = .after(.milliseconds(20))
    try await withSandbox(options) { sandbox in
      try await sandbox.asAdmin { client in
        let before = try await client.call("proto.AuthService/ListRoles")
        _ = try await client.call(Self.upsert, try Sample.role("dev"))
        while try await client.call("proto.AuthService/ListRoles") == before {}
      }
    }
  }

  @Test func expiredUserIsGone() async throws {
    try await withSandbox { sandbox in
      var user = Fixture.user("guest", role: "access")
      user["metadata"]?["expires"] = "2035-01-01T00:00:00Z"
      try await sandbox.put("user", user)
      #expect(await sandbox.names("user") == ["guest"])
      await sandbox.advanceClock(by: .seconds(20 * 365 * 86_400))
      #expect(await sandbox.names("user").isEmpty)
    }
  }
}
