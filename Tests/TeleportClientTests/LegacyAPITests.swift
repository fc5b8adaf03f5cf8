import SandboxFaults
import TeleportSandbox
import Testing

@testable import TeleportClient

/// The HTTP interface of servers up to 14: what is asked of its transport.
@Suite(.serialized, .timeLimit(.minutes(1))) struct LegacyAPITests {
  private static let path = "/v2/authorities/host/main"

  private func call(
    _ address: String, trusting authorities: [String], timeout: Duration = .seconds(30)
  ) async throws -> Int {
    let security = ConnectionSecurity(anonymousTrusting: .authorities(authorities))
    return try await LegacyAPI(address: try #require(AuthAddress(address)), security: security)
      .call(Self.path, timeout: timeout).count
  }

  @Test func theServerIsVerifiedHereToo() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let credentials = try await sandbox.adminCredentials
      let own = try await sandbox.hostAuthorities
      try await withFixedAnswer(httpAnswer("{}"), as: credentials) { address in
        let count = try await call(address, trusting: own)
        #expect(count == 2)
      }
      try await withSandbox(.init(major: 18)) { other in
        let others = try await other.hostAuthorities
        try await withFixedAnswer(httpAnswer("{}"), as: credentials) { address in
          let error = try await failure { try await call(address, trusting: others) }
          #expect(error.code == .untrustedServer)
          #expect(!error.mayHaveTakenEffect)
        }
      }
      // Somebody of the cluster who is no auth server.
      try await sandbox.addUser("bot-x", kinds: [])
      let user = try await sandbox.credentials(forUser: "bot-x", lifetime: .seconds(60))
      let users = try await sandbox.userAuthorities
      try await withFixedAnswer(httpAnswer("{}"), as: user) { address in
        let error = try await failure { try await call(address, trusting: own + users) }
        #expect(error.code == .untrustedServer, "\(error)")
      }
    }
  }

  @Test func anAnswerWithoutAnEndIsGivenUp() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let credentials = try await sandbox.adminCredentials
      let own = try await sandbox.hostAuthorities
      let fits = String(repeating: "x", count: LegacyAPI.largestReply)
      try await withFixedAnswer(httpAnswer(fits), as: credentials) { address in
        let count = try await call(address, trusting: own)
        #expect(count == LegacyAPI.largestReply)
      }
      try await withFixedAnswer(httpAnswer(fits + "x"), as: credentials) { address in
        let error = try await failure { try await call(address, trusting: own) }
        #expect(error.code == .malformedReply)
        #expect(error.mayHaveTakenEffect)
      }
    }
  }

  @Test func whereNobodyListensNothingHappens() async throws {
    try await withSandbox(.init(major: 11)) { sandbox in
      let own = try await sandbox.hostAuthorities
      let closed = try #require(ClosedPort())
      let error = try await failure { try await call("127.0.0.1:\(closed.number)", trusting: own) }
      #expect(error.code == .unreachable)
      #expect(error.detail == "nobody listens there")
      #expect(!error.mayHaveTakenEffect)
    }
  }

  /// A redirection could lead the token anywhere.
  @Test func noRedirectionIsFollowed() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let credentials = try await sandbox.adminCredentials
      let own = try await sandbox.hostAuthorities
      let answer =
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
      try await withFixedAnswer(answer, as: credentials) { address in
        let error = try await failure { try await call(address, trusting: own) }
        #expect(error.code == .refused)
        #expect(error.detail == "HTTP status 307")
      }
    }
  }
}
