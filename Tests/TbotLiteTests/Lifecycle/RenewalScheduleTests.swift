import FoundationEssentials
import SandboxFaults
import Testing

@testable import tbot_lite

@Suite struct RenewalScheduleTests {
  private let now = Date(timeIntervalSince1970: 1_700_000_000)

  @Test func theNextRenewalIsInTheFirstThirdAndNotMuchBeforeItsTime() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<5000 {
      let lifetime = Double.random(in: 4...1_000_000, using: &generator)
      let interval = Duration.seconds(Double.random(in: 1...100_000, using: &generator))
      let schedule = RenewalSchedule(interval: interval)
      let period = schedule.period(notAfter: now.addingTimeInterval(lifetime), serverNow: now)
      let delay = schedule.delay(period: period, using: &generator)
      let wanted = min(interval, .seconds(lifetime / 3))
      #expect(delay <= max(wanted, .seconds(1)))
      #expect(delay >= max(wanted * 0.9, .seconds(1)) - .microseconds(1))
      #expect(delay >= .seconds(1))
    }
  }

  @Test(arguments: [-3600, -1, 0, 0.5, 2])
  func aCertificateThatIsAsGoodAsOverDoesNotMakeItSpin(lifetime: Double) {
    var generator = SeededGenerator(seed: 4)
    let schedule = RenewalSchedule(interval: .seconds(1200))
    let period = schedule.period(notAfter: now.addingTimeInterval(lifetime), serverNow: now)
    let delay = schedule.delay(period: period, using: &generator)
    #expect(delay == .seconds(1))
  }

  @Test func manySidecarsDoNotRenewAtOnce() {
    var generator = SeededGenerator(seed: 5)
    let schedule = RenewalSchedule(interval: .seconds(1000))
    let delays = (0..<200).map { _ in
      schedule.delay(period: .seconds(1000), using: &generator)
    }
    #expect(delays.contains { $0 < .seconds(920) })
    #expect(delays.contains { $0 > .seconds(980) })
  }

  @Test func failuresAreSpacedByWhetherAnybodyWaits() {
    var generator = SeededGenerator(seed: 6)
    let schedule = RenewalSchedule(interval: .seconds(1000))
    for failures in 1...700 {
      let first = schedule.delay(afterFailures: failures, isFirst: true, using: &generator)
      let later = schedule.delay(afterFailures: failures, isFirst: false, using: &generator)
      #expect(first >= .milliseconds(80) && first <= .seconds(2))
      #expect(later >= .milliseconds(800) && later <= .seconds(60))
      // A minute at least of looking ten times a second; not for hours.
      if failures <= RenewalSchedule.quickTries { #expect(first <= .milliseconds(100)) }
      if failures > RenewalSchedule.quickTries + 8 { #expect(first >= .seconds(1.6)) }
      if failures > 8 { #expect(later >= .seconds(48)) }
    }
  }
}
