import Credentials
import SandboxFaults
import TeleportClient
import TeleportSandbox
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ConnectionTests {
  @Test(arguments: majors)
  func theServerSaysWhoItIs(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let server = try await sandbox.connect().server
      #expect(server.major == major)
      #expect(server.version == "\(sandbox.version)")
      #expect(server.clusterName == sandbox.clusterName)
    }
  }

  @Test func aServerOfAnotherCAIsNotTrusted() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await withSandbox(.init(major: 18)) { other in
        let identity = try TLSIdentity(
          try await sandbox.adminCredentials, authorities: try await other.hostAuthorities)
        let error = try await failure { try await sandbox.connect(as: identity) }
        #expect(error.code == .untrustedServer)
        #expect(error.description.contains("host CA"))
        #expect(error.operation.contains(sandbox.address))
        #expect(await sandbox.faults.requests == [])
      }
    }
  }

  @Test(arguments: majors)
  func aForeignCertificateIsRejected(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await withSandbox(.init(major: major)) { other in
        let identity = try TLSIdentity(
          try await other.adminCredentials, authorities: try await sandbox.hostAuthorities)
        let error = try await failure { try await sandbox.connect(as: identity) }
        #expect(error.code == .certificateRejected)
        #expect(!error.isTransient)
      }
    }
  }

  @Test func anExpiredCertificateIsRejected() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["role"])
      let identity = try await sandbox.identity(ofUser: "bot-x", lifetime: .seconds(-10))
      let error = try await failure { try await sandbox.connect(as: identity) }
      #expect(error.code == .certificateRejected)
      #expect(error.detail.contains("expired"))
    }
  }

  @Test func whereNobodyListensNobodyIsReached() async throws {
    let sandbox = try await TeleportSandbox.startOnOwnPort(.init(major: 18))
    let identity = try TLSIdentity(try await sandbox.adminCredentials)
    await sandbox.stop()
    let start = ContinuousClock.now
    let error = try await failure { try await sandbox.connect(as: identity) }
    #expect(error.code == .unreachable)
    #expect(error.detail == "nobody listens there")
    #expect(!error.mayHaveTakenEffect)
    #expect(start.duration(to: .now) < .seconds(2))
    await sandbox.shutdown()
  }

  @Test func aHostThatDoesNotExistIsNotReached() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let identity = try TLSIdentity(try await sandbox.adminCredentials)
      let address = try #require(AuthAddress("auth.invalid:3025"))
      let error = try await failure {
        try await AuthConnection.open(address, as: identity, timeout: .seconds(1))
      }
      #expect(error.code == .unreachable || error.code == .deadlineExceeded)
      #expect(error.isTransient)
    }
  }

  @Test func aServerThatDoesNotAnswerIsGivenUpInTime() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      await sandbox.pause()
      let error = try await failure { try await sandbox.connect(timeout: .milliseconds(200)) }
      #expect(error.code == .deadlineExceeded)
    }
  }

  @Test func openingCanBeCancelled() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      await sandbox.pause()
      let identity = try TLSIdentity(try await sandbox.adminCredentials)
      let opening = Task { try await sandbox.connect(as: identity, timeout: .seconds(60)) }
      opening.cancel()
      let error = try await failure { try await opening.value }
      #expect(error.code == .cancelled)
    }
  }

  @Test func everyHostCAOfARotationIsTrusted() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      for phase in [
        TeleportSandbox.RotationPhase.initial, .updateClients, .updateServers, .standby,
      ] {
        try await sandbox.rotateHostAuthority(to: phase)
        let connection = try await sandbox.connect()
        #expect(try await connection.hostCAs() == (try await sandbox.hostAuthorities))
      }
    }
  }

  @Test func drainingLetsACallFinishAndTakesNoMore() async throws {
    try await withAdmin(.init(major: 18)) { sandbox, calls in
      try await sandbox.put("role", TestResource.role("r"))
      let gate = Gate()
      await sandbox.faults.inject(.pause(gate)) { $0.target == "r" }
      let schema = try TestResource.roleSchema
      let paused = Task { try await calls.get("r", of: schema) }
      try await gate.arrival()
      calls.connection.drain()
      let refused = try await failure { try await calls.get("other", of: schema) }
      #expect(
        refused.code == .unreachable || refused.code == .cancelled || refused.code == .refused)
      await gate.open()
      #expect(try await paused.value != nil)
      await calls.connection.close()
      // The server notices the end a moment later than the client.
      while await sandbox.connectionCount > 0 { await Task.yield() }
    }
  }

  @Test func aConnectionThatBrokeIsMadeAnew() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let calls = ResourceCalls(try await sandbox.connect(), timeout: .milliseconds(500))
      let schema = try TestResource.roleSchema
      try await sandbox.put("role", TestResource.role("r"))
      await sandbox.cutConnections()
      // Calls fall on the old connection until the client has noticed.
      while (try? await calls.get("r", of: schema)) == nil { await Task.yield() }
      await sandbox.stop()
      let error = try await failure { try await calls.get("r", of: schema) }
      #expect(error.isTransient)
      try await sandbox.restart()
      while (try? await calls.get("r", of: schema)) == nil { await Task.yield() }
    }
  }
}
