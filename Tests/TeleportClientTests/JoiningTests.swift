import Credentials
import FoundationEssentials
import SandboxFaults
import TeleportClient
import TeleportSandbox
import Testing

/// gRPC on 18, HTTP before 15.
@Suite(.serialized, .timeLimit(.minutes(1))) struct JoiningTests {
  /// Which of the two forms the server has.
  private func isJoin(_ major: Int) -> @Sendable (SandboxRequest) -> Bool {
    { major < 15 ? $0.isJoin && !$0.isModernJoin : $0.isModernJoin }
  }

  @Test(arguments: majors)
  func aBotBecomesKnown(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: ["access"])
      let trusted = try await ClusterTrust.fetch(
        from: try sandbox.authAddress, pinnedBy: try await sandbox.pins)
      #expect(trusted == (try await sandbox.hostAuthorities))
      let bot = try await TestBot.join(sandbox, try TestBot.request(token, sandbox))
      #expect(bot.identity.certificate.commonName == "bot-x")
      #expect(bot.identity.certificate.organizations == ["bot-x"])
      let end = bot.identity.certificate.notAfter
      #expect(abs(end.timeIntervalSince(bot.request.notAfter)) <= 1)
      let type = major < 17 ? "ssh-rsa-cert-v01" : "ecdsa-sha2-nistp256-cert-v01"
      #expect(bot.joined.sshCertificate.hasPrefix(type))
      // The reply has both CAs, which is why it is not what a server is verified with.
      #expect(bot.joined.tlsCAPEMs.contains(try await sandbox.userAuthority))
      #expect(bot.joined.tlsCAPEMs.contains(trusted[0]))
      #expect(bot.joined.sshCAs.count == 2)
      #expect(await sandbox.generations(ofBot: "x") == [1])
      let requests = await sandbox.faults.requests
      #expect(requests.count(where: isJoin(major)) == 1)
      #expect(requests.count { $0.isModernJoin } == 1)
      // What was issued works.
      let connection = try await sandbox.connect(as: bot.identity)
      #expect(try await connection.hostCAs() == trusted)
    }
  }

  @Test(arguments: majors)
  func aTokenThatIsNotThereIsRefused(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let token = "a-token-with-a-name"
      let error = try await failure {
        try await TestBot.join(sandbox, try TestBot.request(token, sandbox))
      }
      #expect(error.code == .permissionDenied)
      #expect(error.detail.contains("can not join the cluster"))
      #expect(!error.isTransient && !error.mayHaveTakenEffect)
      #expect(!"\(error)".contains(token))
    }
  }

  @Test(arguments: majors)
  func whatTheServerRepeatsOfATokenIsNotShown(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let message = "neither a-token-with-a-name nor an.id.token is good"
      await sandbox.faults.inject(
        .fail(code: major < 15 ? 403 : 7, message: message), where: isJoin(major))
      let request = try TestBot.request("a-token-with-a-name", sandbox, idToken: "an.id.token")
      let error = try await failure { try await TestBot.join(sandbox, request) }
      #expect(error.detail == "neither *** nor *** is good")
      #expect(!"\(error)".contains("token-with"))
      // Who knows when the server says so.
      #expect(error.mayHaveTakenEffect)
    }
  }

  @Test(arguments: majors)
  func aTokenIsGoodOnce(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await TestBot.join(sandbox)
      let error = try await failure {
        try await TestBot.join(
          sandbox, try TestBot.request(bot.request.token.reveal(), sandbox))
      }
      #expect(error.code == .permissionDenied)
      #expect(!error.mayHaveTakenEffect)
      #expect(await sandbox.generations(ofBot: "x") == [1])
    }
  }

  /// Before 16 a bot has one counter, and a second join would start it anew.
  @Test(arguments: [11, 14])
  func aBotThatHasCertificatesGetsNoOther(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      _ = try await TestBot.join(sandbox)
      try await sandbox.addToken(name: "another-token", botName: "x")
      let error = try await failure {
        try await TestBot.join(sandbox, try TestBot.request("another-token", sandbox))
      }
      #expect(error.code == .invalidArgument)
      #expect(error.detail.contains("already been issued a renewable certificate"))
      #expect(!error.mayHaveTakenEffect)
    }
  }

  /// The token is for nobody but the cluster's own server.
  @Test(arguments: majors)
  func aServerOfAnotherCADoesNotSeeTheToken(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await withSandbox(.init(major: major)) { other in
        let token = try await sandbox.addBot(name: "x", roles: ["access"])
        let request = try TestBot.request(token, sandbox)
        let trusted = try await other.hostAuthorities
        let error = try await failure {
          try await Joining.join(try sandbox.authAddress, trusting: trusted, request)
        }
        #expect(error.code == .untrustedServer)
        #expect(!error.mayHaveTakenEffect)
        #expect(await sandbox.faults.requests == [])
      }
    }
  }

  @Test(arguments: majors, [FaultMoment.beforeCommit, .afterCommit])
  func aJoinWithoutAnAnswerMayHaveTakenEffect(major: Int, moment: FaultMoment) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: ["access"])
      await sandbox.faults.inject(.cut, at: moment, where: isJoin(major))
      let request = try TestBot.request(token, sandbox)
      let error = try await failure { try await TestBot.join(sandbox, request) }
      #expect(error.mayHaveTakenEffect, "\(error)")
      #expect(error.code == .unreachable, "\(error)")
      // Never tried twice behind the caller's back: a second one would find the token used up.
      #expect(await sandbox.faults.requests.count(where: isJoin(major)) == 1)
      let isDone = moment == .afterCommit
      let generations = await sandbox.generations(ofBot: "x").filter { $0 > 0 }
      #expect(generations == (isDone ? [1] : []))
      if isDone {
        #expect(try await failure { try await TestBot.join(sandbox, request) }.isTransient == false)
      } else {
        _ = try await TestBot.join(sandbox, request)
      }
    }
  }

  @Test(arguments: majors)
  func aJoinThatIsTooSlowMayHaveTakenEffect(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: ["access"])
      let gate = Gate()
      await sandbox.faults.inject(.pause(gate), at: .afterCommit, where: isJoin(major))
      let request = try TestBot.request(token, sandbox)
      let trusted = try await sandbox.hostAuthorities
      let error = try await failure {
        try await Joining.join(
          try sandbox.authAddress, trusting: trusted, request, timeout: .milliseconds(1500))
      }
      await gate.open()
      #expect(error.code == .deadlineExceeded, "\(error)")
      #expect(error.mayHaveTakenEffect)
    }
  }

  @Test(arguments: majors)
  func aJoinCanBeCancelled(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: ["access"])
      let gate = Gate()
      await sandbox.faults.inject(.pause(gate), where: isJoin(major))
      let request = try TestBot.request(token, sandbox)
      let joining = Task { try await TestBot.join(sandbox, request) }
      try await gate.arrival()
      joining.cancel()
      let error = try await failure { try await joining.value }
      await gate.open()
      #expect(error.code == .cancelled, "\(error)")
      #expect(error.mayHaveTakenEffect)
    }
  }

  @Test func whereNobodyListensNothingHappens() async throws {
    let sandbox = try await TeleportSandbox.startOnOwnPort(.init(major: 18))
    let token = try await sandbox.addBot(name: "x", roles: ["access"])
    let request = try TestBot.request(token, sandbox)
    let trusted = try await sandbox.hostAuthorities
    let address = try sandbox.authAddress
    await sandbox.stop()
    let error = try await failure { try await Joining.join(address, trusting: trusted, request) }
    #expect(error.code == .unreachable)
    #expect(error.isTransient && !error.mayHaveTakenEffect)
    await sandbox.shutdown()
  }

  /// The counter is moved before the lock is seen.
  @Test(arguments: majors)
  func aLockedBotGetsNoCertificates(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let token = try await sandbox.addBot(name: "x", roles: ["access"])
      await sandbox.lock(user: "bot-x", message: "on holiday")
      let error = try await failure {
        try await TestBot.join(sandbox, try TestBot.request(token, sandbox))
      }
      #expect(error.code == .locked)
      #expect(error.detail.contains(#"lock targeting User:"bot-x" is in force: on holiday"#))
      #expect(error.mayHaveTakenEffect)
    }
  }

  /// By HTTP and by gRPC.
  @Test(arguments: [ServerVersion(14, 3, 2), ServerVersion(18, 0, 0)])
  func kubernetesVouchesForItsServiceAccounts(version: ServerVersion) async throws {
    var options = TeleportSandbox.Options(major: version.major)
    options.version = version
    options.reviewToken = {
      $0 == "the.right.token" ? .serviceAccount("ns:sa") : .refused("invalid bearer token")
    }
    try await withSandbox(options) { sandbox in
      try await sandbox.addBot(
        name: "x", roles: ["access"], token: "kubernetes-token", method: .kubernetes(["ns:sa"]))
      let wrong = try TestBot.request("kubernetes-token", sandbox, idToken: "the.wrong.token")
      let error = try await failure { try await TestBot.join(sandbox, wrong) }
      #expect(!"\(error)".contains("the.wrong.token"))
      #expect(!error.isTransient)
      // As often as it likes.
      for _ in 0..<2 {
        let request = try TestBot.request("kubernetes-token", sandbox, idToken: "the.right.token")
        let bot = try await TestBot.join(sandbox, request)
        #expect(bot.identity.certificate.commonName == "bot-x")
      }
    }
  }
}
