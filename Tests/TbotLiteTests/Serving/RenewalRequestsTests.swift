import Testing

@testable import tbot_lite

@Suite(.timeLimit(.minutes(1))) struct RenewalRequestsTests {
  @Test func aRequestFromBeforeIsNotLost() async {
    let requests = RenewalRequests()
    requests.request(.signal)
    #expect(await requests.next() == .signal)
  }

  @Test func severalBecomeOneAndTheStrongestStays() async {
    let requests = RenewalRequests()
    requests.request(.authoritiesChanged)
    requests.request(.signal)
    #expect(await requests.next() == .authoritiesChanged)
    let next = Task { await requests.next() }
    next.cancel()
    #expect(await next.value == nil)
  }

  @Test func cancellationEndsTheWaitAndTakesNothingAway() async {
    let requests = RenewalRequests()
    for _ in 0..<100 {
      let waiting = Task { await requests.next() }
      await Task.yield()
      waiting.cancel()
      requests.request(.signal)
      // Whoever came first: the request is with exactly one of the two.
      if await waiting.value == nil { #expect(await requests.next() == .signal) }
    }
  }
}
