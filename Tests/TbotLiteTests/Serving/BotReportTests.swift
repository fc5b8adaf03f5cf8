import FoundationEssentials
import Testing

@testable import tbot_lite

@Suite struct BotReportTests {
  private let now = Date(timeIntervalSince1970: 1_700_000_000)

  private func problems(left: TimeInterval?, failure: StepFailure? = nil) -> [String] {
    BotReport(
      phase: .waiting,
      outputs: [
        .init(
          name: "identity:/x", notAfter: left.map { now.addingTimeInterval($0) },
          period: .seconds(1200))
      ], serverTime: now, clockSkew: 0, failure: failure
    ).problems
  }

  @Test func readyMeansMoreThanARenewalsTimeLeft() {
    #expect(problems(left: 3600) == [])
    #expect(problems(left: 1201) == [])
    #expect(
      problems(left: 1200) == [
        "identity:/x: the published certificate ends in 1200 s: waiting to renew"
      ])
    #expect(
      problems(left: 0) == ["identity:/x: the published certificate has expired: waiting to renew"])
    #expect(problems(left: nil) == ["identity:/x: no certificate yet: waiting to renew"])
  }

  @Test func whatFailedIsSaid() {
    let failure = StepFailure(phase: .connecting, reason: "nobody there")
    #expect(
      problems(left: 5, failure: failure) == [
        "identity:/x: the published certificate ends in 5 s: connecting to the auth service: nobody there"
      ])
  }
}
