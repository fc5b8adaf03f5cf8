import Credentials
import FoundationEssentials
import TeleportSandbox
import Testing

@testable import tbot_lite

/// A day in virtual time.
@Suite(.serialized, .timeLimit(.minutes(3))) struct DayOfRenewalsTests {
  struct Day: Sendable, CustomTestStringConvertible {
    let skew: TimeInterval
    let cap: Duration?

    var testDescription: String { "skew \(Int(skew)) s, cap \(cap.map { "\($0)" } ?? "none")" }
    /// How long a certificate lasts, in seconds.
    var lifetime: Double { cap.map { $0 / .seconds(1) } ?? 3600 }
  }

  static let days = [-120.0, 0, 120].flatMap { skew in
    [nil, Duration.seconds(15 * 60)].map { Day(skew: skew, cap: $0) }
  }

  @Test(arguments: days)
  func everybodyIsServedAllDay(_ day: Day) async throws {
    try await BotFixture.with(skew: day.skew, lifetimeCap: day.cap) { fixture in
      var renewals = 0
      try await fixture.running { sleeps in
        let dayEnd = fixture.clock.date.addingTimeInterval(86_400)
        while fixture.clock.date < dayEnd {
          let delay = try #require(await sleeps.next())
          renewals += 1
          // By the auth service's clock, which is the sandbox's: what its users go by.
          let end = try fixture.published().identity.certificate.notAfter
          let left = end.timeIntervalSince(fixture.clock.date)
          #expect(abs(left - day.lifetime) <= (renewals == 1 ? abs(day.skew) : 0) + 2, "\(left)")
          // Two more tries fit into what is left when it renews.
          #expect(delay / .seconds(1) <= left / 3 + 1)
          #expect(await fixture.bot.report.problems == [])
          fixture.clock.advance(by: delay)
        }
      }
      let period = min(1200, day.lifetime / 3)
      #expect(Double(renewals) >= 86_400 / period - 1)
      #expect(Double(renewals) <= 86_400 / (period * 0.9) + 2)
      #expect(await fixture.issued == renewals)
      // A clock that is off is told once a day, and nothing else is.
      #expect(fixture.log.count(of: .warning) == (day.skew == 0 ? 0 : 1), "\(fixture.log.all)")
      #expect(await fixture.bot.serverClock.offset.rounded() == -day.skew)
      print("a day with \(day.testDescription): \(renewals) renewals")
    }
  }

  /// Role and user are written at the start, and then only looked at.
  @Test(arguments: majors)
  func whatIsAsItShouldBeIsNotWrittenAgain(major: Int) async throws {
    try await BotFixture.with(major: major) { fixture in
      try await fixture.running { sleeps in
        for _ in 0..<6 {
          let delay = try #require(await sleeps.next())
          fixture.clock.advance(by: delay)
        }
        _ = await sleeps.next()
        // Servers that do not show what they have stored are written to once more, to see what comes of it.
        for kind in ["role", "user"] {
          #expect(await fixture.sandbox.writes(kind).total <= (major < 15 ? 3 : 1), "\(kind)")
        }
      }
    }
  }
}
