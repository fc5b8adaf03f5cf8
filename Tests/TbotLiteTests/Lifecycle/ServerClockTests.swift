import FoundationEssentials
import Testing

@testable import tbot_lite

@Suite struct ServerClockTests {
  private let local = Date(timeIntervalSince1970: 1_700_000_000)

  @Test(arguments: [-7200.0, -120, -11, 11, 120, 7200])
  func theOffsetIsWhatTheCertificateTells(skew: Double) {
    var clock = ServerClock()
    let notBefore = local.addingTimeInterval(skew - ServerClock.leeway)
    clock.observe(notBefore: notBefore, asked: local, received: local)
    #expect(clock.offset == skew)
    #expect(clock.serverTime(at: local) == local.addingTimeInterval(skew))
  }

  /// Whole seconds in certificates and slow calls are no skew.
  @Test func whatACallsTimeExplainsIsNoSkew() {
    var clock = ServerClock()
    for (begin, end, issued) in [(0.0, 0.2, -0.8), (0, 9, 0), (0, 9, 8.2), (0, 0, 0.9)] {
      clock.observe(
        notBefore: local.addingTimeInterval(issued - ServerClock.leeway),
        asked: local.addingTimeInterval(begin), received: local.addingTimeInterval(end))
      #expect(clock.offset == 0, "\(issued)")
    }
  }

  @Test func anOffsetThatIsGoneIsForgotten() {
    var clock = ServerClock()
    clock.observe(notBefore: local.addingTimeInterval(240), asked: local, received: local)
    #expect(clock.offset == 300)
    clock.observe(notBefore: local.addingTimeInterval(-60), asked: local, received: local)
    #expect(clock.offset == 0)
  }
}
