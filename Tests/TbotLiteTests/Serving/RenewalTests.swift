import Credentials
import Documents
import FoundationEssentials
import SandboxFaults
import TeleportSandbox
import Testing

@testable import tbot_lite

/// Renewals under a manual clock.
@Suite(.serialized, .timeLimit(.minutes(1))) struct RenewalTests {
  @Test(arguments: majors)
  func certificatesAreRenewedAgainAndAgain(major: Int) async throws {
    try await BotFixture.with(major: major, given: ["certificate-ttl": "1h"]) { fixture in
      try await fixture.running { sleeps in
        var seen: Set<String> = []
        for _ in 0..<5 {
          let delay = try #require(await sleeps.next())
          #expect(delay <= .seconds(1200) && delay >= .seconds(1080 - 1))
          let generation = try fixture.published()
          seen.insert(generation.name)
          let left = generation.identity.certificate.notAfter.timeIntervalSince(fixture.clock.date)
          #expect(left > 3590 && left <= 3600)
          #expect(await fixture.bot.report.problems == [])
          fixture.clock.advance(by: delay)
        }
        #expect(seen.count == 5)
      }
      #expect(fixture.log.count(of: .warning) == 0)
    }
  }

  /// The certificate says when to renew, not the settings: here issuing takes most of its life.
  @Test func theScheduleFollowsTheCertificateThatCameBack() async throws {
    let given = ["certificate-ttl": "1h", "renewal-interval": "30m"]
    try await BotFixture.with(given: given) { fixture in
      let gate = Gate()
      await fixture.sandbox.faults.inject(.pause(gate), at: .afterCommit) {
        $0.operation == "proto.AuthService/GenerateUserCerts"
      }
      try await fixture.running { sleeps in
        try await gate.arrival()
        fixture.clock.advance(by: .seconds(45 * 60))
        await gate.open()
        let delay = try #require(await sleeps.next())
        #expect(delay <= .seconds(300) && delay >= .seconds(268))
      }
    }
  }

  @Test func anIntervalShorterThanAThirdIsKept() async throws {
    try await BotFixture.with(given: ["renewal-interval": "60s"]) { fixture in
      try await fixture.running { sleeps in
        let delay = try #require(await sleeps.next())
        #expect(delay <= .seconds(60) && delay >= .seconds(54))
      }
    }
  }

  @Test func whileTheAuthServiceIsDownTheOldCertificateStays() async throws {
    try await BotFixture.with { fixture in
      try await fixture.running { sleeps in
        var delay = try #require(await sleeps.next())
        let before = try fixture.published().name
        await fixture.sandbox.stop()
        for failures in 1...6 {
          fixture.clock.advance(by: delay)
          delay = try #require(await sleeps.next())
          let full = Duration.seconds(1 << (failures - 1))
          #expect(delay <= full && delay >= full * 0.79)
          #expect(try fixture.published().name == before)
        }
        // Six failures, one line; the certificate still serves.
        #expect(fixture.log.count(of: .warning) == 1)
        #expect(fixture.log.all.last?.contains("nobody listens there") == true)
        #expect(await fixture.bot.report.problems == [])
        try await fixture.sandbox.restart()
        fixture.clock.advance(by: delay)
        #expect(try #require(await sleeps.next()) > .seconds(1000))
        #expect(try fixture.published().name != before)
        // The next outage is told again, and backs off from the beginning.
        await fixture.sandbox.stop()
        fixture.clock.advance(by: .seconds(1200))
        #expect(try #require(await sleeps.next()) <= .seconds(1))
        #expect(fixture.log.count(of: .warning) == 2)
      }
    }
  }

  @Test func healthTellsOfNoCertificateAndOfAnExpiredOne() async throws {
    try await BotFixture.with { fixture in
      #expect(
        await fixture.bot.report.problems == [
          "\(fixture.name): no certificate yet: \(Phase.preparing.rawValue)"
        ])
      try await fixture.running { sleeps in
        _ = await sleeps.next()
        #expect(await fixture.bot.report.problems == [])
        await fixture.sandbox.stop()
        fixture.clock.advance(by: .seconds(3600))
        _ = await sleeps.next()
        let problems = await fixture.bot.report.problems
        #expect(problems.count == 1)
        #expect(problems[0].hasPrefix("\(fixture.name): the published certificate has expired: "))
        #expect(problems[0].contains("nobody listens there"))
      }
    }
  }

  @Test func aRotatedIdentityAndHostCAAreTakenUp() async throws {
    // The client's TLS goes by the real time: the new certificates must not be of the future.
    try await BotFixture.with(given: ["renewal-interval": "1s"]) { fixture in
      try await fixture.running { sleeps in
        for phase in [
          TeleportSandbox.RotationPhase.initial, .updateClients, .updateServers, .standby,
        ] {
          let delay = try #require(await sleeps.next())
          #expect(
            try fixture.published().identity.trustedCAPEMs
              == (try await fixture.sandbox.hostAuthorities))
          try await fixture.sandbox.rotateHostAuthority(to: phase)
          fixture.clock.advance(by: delay)
        }
        _ = await sleeps.next()
        #expect(
          try fixture.published().identity.trustedCAPEMs
            == (try await fixture.sandbox.hostAuthorities))
      }
      #expect(fixture.log.count(of: .warning) == 0)
    }
  }

  /// A user that somebody deletes comes back with the next renewal.
  @Test(arguments: majors)
  func aBotThatWasDeletedComesBack(major: Int) async throws {
    try await BotFixture.with(major: major) { fixture in
      try await fixture.running { sleeps in
        let delay = try #require(await sleeps.next())
        await fixture.sandbox.delete("user", "bot-teleport-operator")
        await fixture.sandbox.delete("role", "teleport-operator")
        fixture.clock.advance(by: delay)
        _ = await sleeps.next()
        #expect(await fixture.sandbox.names("user").contains("bot-teleport-operator"))
        #expect(await fixture.sandbox.names("role").contains("teleport-operator"))
      }
      #expect(fixture.log.count(of: .warning) == 0)
    }
  }

  /// Each call fails once: whatever the point, the next try goes through.
  @Test(arguments: [
    "proto.AuthService/Ping", "proto.AuthService/GetRole", "proto.AuthService/UpsertRoleV2",
    "teleport.users.v1.UsersService/UpsertUser", "proto.AuthService/GenerateUserCerts",
    "proto.AuthService/GetClusterCACert",
  ])
  func aCutAtAnyCallIsOvercome(operation: String) async throws {
    for moment in [FaultMoment.beforeCommit, .afterCommit] {
      // What only reads is over when it has been answered.
      if operation.hasSuffix("GetRole"), moment == .afterCommit { continue }
      try await BotFixture.with { fixture in
        await fixture.sandbox.faults.inject(.cut, at: moment) { $0.operation == operation }
        try await fixture.running { sleeps in
          let delay = try #require(await sleeps.next())
          #expect(delay <= .milliseconds(100))
          #expect(fixture.log.count(of: .notice) == 1)
          #expect(throws: CredentialsError.self) { try fixture.published() }
          fixture.clock.advance(by: delay)
          #expect(try #require(await sleeps.next()) > .seconds(1000))
          #expect(try fixture.published().identity.certificate.commonName != nil)
        }
      }
    }
  }
}
