import Testing

@testable import controller

@Suite struct VerificationLedgerTests {
  private let ledger = VerificationLedger()
  private let start = ContinuousClock.now
  private static let inSync = VerificationLedger.Verdict(ready: .yes, reason: .inSync)
  private static let away = VerificationLedger.Verdict(
    ready: .unknown, reason: .teleportUnreachable)

  private func key(_ name: String, _ kind: String = "TeleportRole") -> WorkKey {
    WorkKey(kind: kind, namespace: "default", name: name)
  }

  private func report(_ counts: [String: Int]) -> ControllerReport {
    var report = ControllerReport()
    report.leading = start
    report.ledger = ledger.summary()
    report.kinds = counts.mapValues {
      .init(count: $0, isSyncedWithKubernetes: true, isSyncedWithTeleport: true)
    }
    return report
  }

  @Test func theOldestVerificationCounts() {
    ledger.note(key("a"), Self.inSync, isVerification: true, at: start + .seconds(10))
    ledger.note(key("b"), Self.inSync, isVerification: true, at: start + .seconds(20))
    ledger.note(key("a"), Self.inSync, isVerification: true, at: start + .seconds(30))
    let report = report(["TeleportRole": 2])
    #expect(report.oldestVerificationAge(at: start + .seconds(100)) == .seconds(80))
    #expect(report.unverified("TeleportRole") == 0)
  }

  @Test func whatWasNeverVerifiedCountsFromTheBeginning() {
    ledger.note(key("a"), Self.inSync, isVerification: true, at: start + .seconds(90))
    let report = report(["TeleportRole": 1, "TeleportUser": 1])
    #expect(report.oldestVerificationAge(at: start + .seconds(100)) == .seconds(100))
    #expect(report.unverified("TeleportUser") == 1)
  }

  @Test func aVerdictOnAnUnreachableTeleportVerifiesNothing() {
    ledger.note(key("a"), Self.away, isVerification: false, at: start)
    #expect(report(["TeleportRole": 1]).unverified("TeleportRole") == 1)
    ledger.note(key("a"), Self.inSync, isVerification: true, at: start + .seconds(10))
    ledger.note(key("a"), Self.away, isVerification: false, at: start + .seconds(50))
    let report = report(["TeleportRole": 1])
    #expect(report.unverified("TeleportRole") == 0)
    #expect(report.oldestVerificationAge(at: start + .seconds(60)) == .seconds(50))
    #expect(report.ledger.verdicts["TeleportRole"] == [Self.away: 1])
  }

  @Test func whatIsGoneIsNotCounted() {
    ledger.note(key("a"), Self.inSync, isVerification: true, at: start)
    ledger.note(key("b"), Self.inSync, isVerification: true, at: start + .seconds(2))
    ledger.note(key("c", "TeleportUser"), Self.inSync, isVerification: true, at: start)
    #expect(ledger.count(of: "TeleportRole") == 2)
    ledger.keep([key("b")], of: "TeleportRole")
    #expect(ledger.count(of: "TeleportRole") == 1)
    #expect(ledger.count(of: "TeleportUser") == 1)
    ledger.keep([], of: "TeleportUser")
    #expect(
      report(["TeleportRole": 1]).oldestVerificationAge(at: start + .seconds(5)) == .seconds(3))
  }

  @Test func whoDoesNotLeadHasNothingOpen() {
    var report = report(["TeleportRole": 5])
    // It hears of every change and works on none: an alert on that would never end.
    report.queue = [.fresh: .init(depth: 5, oldestAge: .seconds(600))]
    #expect(report.waiting(in: .fresh) == .init(depth: 5, oldestAge: .seconds(600)))
    #expect(report.waiting(in: .resync) == .init(depth: 0, oldestAge: .zero))
    report.leading = nil
    #expect(report.waiting(in: .fresh) == .init(depth: 0, oldestAge: .zero))
    #expect(report.unverified("TeleportRole") == 0)
    #expect(report.oldestVerificationAge(at: start + .seconds(5)) == .zero)
  }
}
