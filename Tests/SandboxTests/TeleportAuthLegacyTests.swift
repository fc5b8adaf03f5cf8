import Documents
import FoundationEssentials
import SandboxFaults
import Testing

@testable import TeleportSandbox

/// The HTTP interface of servers before 15.
@Suite struct TeleportAuthLegacyTests {
  private static let register = "POST /v2/tokens/register"

  @Test(arguments: [["http/1.1"], [], ["h2", "http/1.1"]])
  func answersWhateverWasAgreedInTheHandshake(protocols: [String]) async throws {
    try await withSandbox(.init(major: 14)) { sandbox in
      let answer = try await sandbox.legacyClient(protocols: protocols)
        .post("/v2/tokens/register", ["role": "Bot", "token": "none", "node_name": "n"])
      #expect(answer.status == 403)
      #expect(answer.contentType == "application/json")
      #expect(
        answer.message
          == "\"n\" can not join the cluster with role \"Bot\", token expired or not found")
      // The same port still speaks HTTP/2.
      _ = try await sandbox.asAdmin { try await $0.call("proto.AuthService/Ping") }
    }
  }

  @Test func badRequestsAreToldApart() async throws {
    try await withSandbox(.init(major: 14)) { sandbox in
      let client = try await sandbox.legacyClient()
      let path = "/v2/tokens/register"
      let untyped = try await client.post(path, [:], contentType: "text/plain")
      #expect(untyped.status == 400 && untyped.message == "invalid request")
      let broken = try await client.send(.POST, path, Array("{".utf8), "application/json")
      #expect(broken.status == 400)
      #expect(broken.message == "request: unexpected end of JSON input")
      let wrong = try await client.post(path, ["token": 5])
      #expect(wrong.status == 400)
      let unknown = try await client.get("/v2/nosuch")
      #expect(unknown.status == 404)
      #expect(String(decoding: unknown.body, as: UTF8.self) == "404 page not found\n")
    }
  }

  @Test func newerServersHaveNone() async throws {
    try await withSandbox(.init(major: 15)) { sandbox in
      let answer = try await sandbox.legacyClient().post("/v2/tokens/register", [:])
      #expect(answer.status == 404)
      #expect(answer.contentType == "text/plain; charset=utf-8")
    }
    try await withSandbox(.init(major: 14)) { sandbox in
      let code = try await sandbox.withClient(nil) {
        try await $0.code("proto.JoinService/RegisterUsingToken")
      }
      #expect(code == .unimplemented)
    }
  }

  @Test(arguments: [FaultMoment.beforeCommit, .afterCommit])
  func faultsStrikeHereToo(moment: FaultMoment) async throws {
    try await withSandbox(.init(major: 14)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: [], token: "secret")
      await sandbox.faults.inject(.fail(code: 503, message: "not now"), at: moment) {
        $0.operation == Self.register && $0.target == token
      }
      await #expect(throws: BotRefusal(code: 503, message: "not now")) {
        try await TeleportAuthBot.join(sandbox, "x", token: token)
      }
      #expect(await sandbox.names("token").isEmpty == (moment == .afterCommit))
      #expect(
        await sandbox.faults.requests
          == [SandboxRequest(operation: Self.register, target: "secret")])
    }
  }

  @Test func connectionIsCut() async throws {
    try await withSandbox(.init(major: 14)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: [])
      await sandbox.faults.inject(.cut, at: .afterCommit) { $0.operation == Self.register }
      await #expect(throws: (any Error).self) {
        try await TeleportAuthBot.join(sandbox, "x", token: token)
      }
      #expect(await sandbox.names("token").isEmpty)
    }
  }

  @Test func pausedServerAnswersLater() async throws {
    try await withSandbox(.init(major: 14)) { sandbox in
      await sandbox.pause()
      let client = try await sandbox.legacyClient()
      async let answer = client.get("/v2/authorities/host/sandbox.example.com")
      await sandbox.resume()
      #expect(try await answer.status == 403)
    }
  }

  @Test func idleConnectionDoesNotHoldUpTheEnd() async throws {
    try await withSandbox(.init(major: 14)) { sandbox in
      let gate = Gate()
      await sandbox.faults.inject(.pause(gate)) { $0.operation == Self.register }
      let client = try await sandbox.legacyClient()
      let answer = Task {
        try await client.post("/v2/tokens/register", ["token": "t", "role": "Bot"])
      }
      await gate.waitForArrivals()
      await sandbox.stop()
      await #expect(throws: (any Error).self) { try await answer.value }
      await gate.open()
      try await sandbox.restart()
      #expect(
        try await client.post("/v2/tokens/register", ["token": "t", "role": "Bot"]).status == 403)
    }
  }
}
