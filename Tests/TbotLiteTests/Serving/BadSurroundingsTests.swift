import Credentials
import Documents
import FoundationEssentials
import Glibc
import SandboxFaults
import ServiceLifecycle
import TeleportSandbox
import Testing

@testable import tbot_lite

/// What is wrong around the bot: which it waits for, and which ends it.
@Suite(.serialized, .timeLimit(.minutes(1))) struct BadSurroundingsTests {
  /// The row of an identity, in Teleport's form.
  private func row(
    _ credentials: TeleportSandbox.ClientCredentials, authorities: [String]
  ) -> JSONValue {
    func base64(_ text: String) -> JSONValue { .string(Data(text.utf8).base64EncodedString()) }
    return [
      "kind": "identity", "version": "v2", "metadata": ["name": "current"],
      "spec": [
        "key": base64(credentials.key), "ssh_cert": base64(credentials.sshCertificate),
        "tls_cert": base64(credentials.certificate),
        "tls_ca_certs": .array(authorities.map(base64)), "ssh_ca_certs": [base64("ssh-rsa AAAA")],
      ],
    ]
  }

  /// The bot tries thrice and says once what it waits for; then `mend` lets it go on.
  private func waits(
    _ fixture: BotFixture, saying parts: [String], mend: () async throws -> Void
  ) async throws {
    try await fixture.running { sleeps in
      for _ in 0..<3 {
        let delay = try #require(await sleeps.next())
        #expect(delay <= .seconds(2))
        fixture.clock.advance(by: delay)
      }
      let delay = try #require(await sleeps.next())
      #expect(fixture.log.count(of: .notice) == 1)
      let line = try #require(fixture.log.all.first { $0.contains(" NOTICE ") })
      for part in parts { #expect(line.contains(part), "\(line)") }
      #expect(throws: CredentialsError.self) { try fixture.published() }
      try await mend()
      fixture.clock.advance(by: delay)
      #expect(try #require(await sleeps.next()) > .seconds(1000))
      #expect(try fixture.published().identity.certificate.commonName != nil)
    }
  }

  @Test func aMissingRowIsWaitedFor() async throws {
    try await BotFixture.with { fixture in
      try await fixture.sandbox.overwriteIdentityRow(nil)
      try await waits(fixture, saying: ["/ids/admin/current", "sqlite.db"]) {
        try await fixture.sandbox.writeIdentity()
      }
    }
  }

  @Test func aMissingDataDirectoryIsWaitedFor() async throws {
    try await BotFixture.with { fixture in
      let path = fixture.sandbox.dataDirectory
      rename(path + "/proc", path + "/elsewhere")
      try await waits(fixture, saying: [path + "/proc/sqlite.db", "--teleport-data-dir"]) {
        rename(path + "/elsewhere", path + "/proc")
      }
    }
  }

  @Test func anAuthServiceThatIsDownIsWaitedFor() async throws {
    try await BotFixture.with { fixture in
      await fixture.sandbox.stop()
      try await waits(fixture, saying: [fixture.sandbox.address, "nobody listens there"]) {
        try await fixture.sandbox.restart()
      }
    }
  }

  @Test func aRowWithTheWrongCAIsToldAndTakenUpWhenItIsRight() async throws {
    try await BotFixture.with { fixture in
      let other = try await TeleportSandbox.start(options: .init(major: 18))
      let authorities = try await other.hostAuthorities
      await other.shutdown()
      let own = try await fixture.sandbox.adminCredentials
      try await fixture.sandbox.overwriteIdentityRow(row(own, authorities: authorities))
      try await waits(fixture, saying: [fixture.sandbox.address, "UntrustedServer", "host CA"]) {
        try await fixture.sandbox.writeIdentity()
      }
    }
  }

  @Test func anExpiredAdminIdentityIsTold() async throws {
    try await BotFixture.with { fixture in
      fixture.clock.advance(by: .seconds(20 * 365 * 86_400))
      try await fixture.running { sleeps in
        _ = await sleeps.next()
        let line = try #require(fixture.log.all.first { $0.contains(" NOTICE ") })
        #expect(line.contains("expired"))
      }
    }
  }

  @Test func aRowThatIsRubbishEndsTheBotWithoutShowingIt() async throws {
    try await BotFixture.with { fixture in
      var document = row(try await fixture.sandbox.adminCredentials, authorities: [])
      document["spec"]?["key"] = "c2VjcmV0"
      try await fixture.sandbox.overwriteIdentityRow(document)
      let failure = try await fixture.ending()
      #expect(failure.phase == .authenticating)
      #expect(failure.remedy == .endUnlessPublished)
      #expect(failure.reason.contains("sqlite.db"))
      #expect(!fixture.log.all.joined().contains("c2VjcmV0"))
      #expect(!failure.description.contains("secret"))
    }
  }

  /// Found out before anything is issued or written.
  @Test(arguments: ["/host_uuid/below", "/missing/below", "/host_uuid", "/open"])
  func aDestinationThatCannotBeUsedEndsTheBot(path: String) async throws {
    let directory = FileManager.default.temporaryDirectory.path() + "/bot-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(
      atPath: directory + "/open", withIntermediateDirectories: true)
    chmod(directory + "/open", 0o777)
    try Data().write(to: URL(filePath: directory + "/host_uuid"))
    try await BotFixture.with(given: ["destination": directory + path]) { fixture in
      let failure = try await fixture.ending()
      #expect(failure.remedy == .endUnlessPublished)
      #expect(failure.phase == .preparing)
      #expect(failure.reason.contains(directory + path))
      #expect(await fixture.sandbox.faults.requests == [])
    }
  }

  /// Who has been served once is not given up: what was writable may be so again.
  @Test func aDestinationThatIsLostLaterIsTriedAgain() async throws {
    try await BotFixture.with { fixture in
      try await fixture.running { sleeps in
        let delay = try #require(await sleeps.next())
        let before = try fixture.published().name
        let issued = await fixture.issued
        chmod(fixture.destination, 0o777)
        fixture.clock.advance(by: delay)
        let retry = try #require(await sleeps.next())
        #expect(retry <= .seconds(1))
        #expect(fixture.log.count(of: .warning) == 1)
        #expect(fixture.log.all.last?.contains(fixture.destination) == true)
        // Nothing was issued that could not be kept.
        #expect(await fixture.issued == issued)
        chmod(fixture.destination, 0o700)
        fixture.clock.advance(by: retry)
        #expect(try #require(await sleeps.next()) > .seconds(1000))
        #expect(try fixture.published().name != before)
        #expect(fixture.log.all.last?.contains("fresh again") == true)
      }
    }
  }

  @Test func gracefulShutdownEndsItPromptlyWhateverItDoes() async throws {
    try await BotFixture.with { fixture in
      // In the middle of a call that is never answered.
      await fixture.sandbox.pause()
      let group = ServiceGroup(
        configuration: .init(services: [.init(service: fixture.bot)], logger: fixture.log.logger))
      let running = Task { try await group.run() }
      while await fixture.bot.phase != .connecting { await Task.yield() }
      let start = ContinuousClock.now
      await group.triggerGracefulShutdown()
      try await running.value
      #expect(start.duration(to: .now) < .seconds(2))
      #expect(fixture.log.all.contains { $0.contains("stopped") })
    }
  }

  @Test func gracefulShutdownWakesItUp() async throws {
    try await BotFixture.with { fixture in
      let group = ServiceGroup(
        configuration: .init(services: [.init(service: fixture.bot)], logger: fixture.log.logger))
      let running = Task { try await group.run() }
      var sleeps = fixture.clock.sleeps.makeAsyncIterator()
      _ = await sleeps.next()
      await group.triggerGracefulShutdown()
      try await running.value
      // What was published stays.
      #expect(try fixture.published().identity.certificate.commonName != nil)
    }
  }
}
