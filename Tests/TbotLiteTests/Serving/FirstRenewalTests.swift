import Credentials
import Documents
import FoundationEssentials
import TeleportClient
import TeleportSandbox
import TeleportSchema
import Testing

@testable import tbot_lite

/// From an empty cluster to a directory that can be used, in real time.
@Suite(.serialized, .timeLimit(.minutes(1))) struct FirstRenewalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let major: Int
    let lag: TeleportSandbox.CacheLag
    var testDescription: String { "\(major), cache \(lag)" }
  }

  static let cases = majors.flatMap { major in
    [TeleportSandbox.CacheLag.none, .after(.milliseconds(200))].map { Case(major: major, lag: $0) }
  }

  /// The first generation that appears in the directory.
  private func firstGeneration(_ path: String) async throws -> PublishedDirectory.Generation {
    for await _ in DirectoryWatcher(path: path).signals() {
      if let generation = try? PublishedDirectory(path: path).read() { return generation }
    }
    throw CancellationError()
  }

  @Test(arguments: cases)
  func roleBotAndDirectoryAreAsTheyShould(_ test: Case) async throws {
    var options = TeleportSandbox.Options(major: test.major)
    options.cacheLag = test.lag
    try await BotFixture.withSandbox(options) { try await check(test, $0) }
  }

  private func check(_ test: Case, _ sandbox: TeleportSandbox) async throws {
    let settings = try BotFixture.settings(
      sandbox, ["bot-name": "op", "role-name": "op-role", "certificate-ttl": "30m"])
    let log = LogLines()
    let bot = try BotService(settings, logger: log.logger)
    let start = Date()
    let running = Task { try await bot.run() }
    let generation = try await firstGeneration(BotFixture.destination(settings))
    running.cancel()
    try await running.value

    let role = try #require(try await sandbox.resource("role", "op-role"))
    let verbs: JSONValue = ["list", "create", "read", "update", "delete"]
    let rules = Set(ResourceSchema.standard.map(\.rule)).sorted().map { rule -> JSONValue in
      ["resources": [.string(rule)], "verbs": verbs]
    }
    #expect(role[["spec", "allow", "rules"]] == .array(rules))
    for field in ["logins", "kubernetes_groups", "db_users", "impersonate", "request"] {
      #expect(role[["spec", "allow", field]] == nil, "\(field)")
    }
    #expect(role["version"] == "v5")
    let user = try #require(try await sandbox.resource("user", "bot-op"))
    #expect(user[["spec", "roles"]] == ["op-role"])
    #expect(user[["metadata", "labels"]]?["teleport.internal/bot"] == "op")

    let certificate = generation.identity.certificate
    #expect(certificate.commonName == "bot-op")
    #expect(certificate.organizations == ["op-role"])
    #expect(certificate.notAfter.timeIntervalSince(start) > 1800 - 2)
    #expect(certificate.notAfter.timeIntervalSinceNow <= 1800)
    let label = test.major < 17 ? "RSA PRIVATE KEY" : "PRIVATE KEY"
    #expect(generation.identity.keyPEM.reveal().hasPrefix("-----BEGIN \(label)-----"))
    #expect(generation.identity.trustedCAPEMs == (try await sandbox.hostAuthorities))
    try await checkRights(of: generation.identity, at: settings.authServer)
    #expect(log.count(of: .warning) == 0)
  }

  /// What is published may do the operator's work and cannot make itself more powerful certificates.
  private func checkRights(of identity: TLSIdentity, at address: AuthAddress) async throws {
    let connection = try await AuthConnection.open(address, as: identity)
    let calls = ResourceCalls(connection)
    for schema in ResourceSchema.standard where connection.server.serves(schema) {
      _ = try await calls.list(schema)
    }
    let request = CertificateRequest(
      user: "admin", keyPair: try KeyPair.generate(.init(teleportMajor: connection.server.major)),
      notAfter: Date().addingTimeInterval(60), sshHostCAs: [])
    let error = await #expect(throws: TeleportError.self) { try await connection.issue(request) }
    #expect(error?.code == .permissionDenied)
  }

  @Test(arguments: majors)
  func whatIsThereAlreadyIsPutRight(major: Int) async throws {
    try await BotFixture.with(major: major) { fixture in
      let (role, user) = ("teleport-operator", "bot-teleport-operator")
      try await fixture.sandbox.put(
        "role",
        [
          "kind": "role", "version": "v5", "metadata": ["name": .string(role)],
          "spec": [
            "allow": ["rules": [["resources": ["*"], "verbs": ["*"]]], "logins": ["root"]]
          ],
        ])
      try await fixture.sandbox.put(
        "user",
        [
          "kind": "user", "version": "v2", "metadata": ["name": .string(user)],
          "spec": ["roles": ["access", "editor"]],
        ])
      try await fixture.running { sleeps in _ = await sleeps.next() }
      let rules = try await fixture.sandbox.resource("role", role)?[["spec", "allow", "rules"]]
      #expect(rules?.array?.count == Set(ResourceSchema.standard.map(\.rule)).count)
      let repaired = try await fixture.sandbox.resource("user", user)
      #expect(repaired?[["spec", "roles"]] == [.string(role)])
      #expect(repaired?[["metadata", "labels"]]?["teleport.internal/bot"] != nil)
      #expect(try fixture.published().identity.certificate.organizations == [role])
    }
  }

  @Test func oneshotEndsWithOneGeneration() async throws {
    try await BotFixture.with { fixture in
      try await fixture.bot.renewOnce()
      #expect(try fixture.published().identity.certificate.commonName == "bot-teleport-operator")
      #expect(await fixture.bot.report.problems == [])
    }
  }

  @Test func oneshotGivesUpAfterAWhileAndSaysWhatWasWrong() async throws {
    try await BotFixture.with { fixture in
      await fixture.sandbox.stop()
      let oneshot = Task { [bot = fixture.bot] () -> StepFailure? in
        do { try await bot.renewOnce() } catch { return error as? StepFailure }
        return nil
      }
      let mover = Task { [clock = fixture.clock] in
        for await delay in clock.sleeps { clock.advance(by: delay) }
      }
      let failure = try #require(await oneshot.value)
      mover.cancel()
      #expect(failure.phase == .connecting)
      #expect(failure.description.contains("nobody listens there"))
      #expect(failure.description.contains(fixture.sandbox.address))
      #expect(fixture.clock.now.offset >= .seconds(15))
      #expect(fixture.clock.now.offset < .seconds(20))
    }
  }
}
