import Operations
import SandboxFaults
import Testing

@Suite struct BackoffTests {
  @Test(arguments: [
    Backoff(initial: .milliseconds(100), maximum: .seconds(2)),
    Backoff(initial: .seconds(1), maximum: .seconds(60), jitter: 0.5),
    Backoff(initial: .milliseconds(5), maximum: .seconds(1000), factor: 1.5, jitter: 0.1),
  ])
  func delaysDoubleUpToTheMaximumAndAreShortenedByJitterOnly(backoff: Backoff) {
    var generator = SeededGenerator(seed: 1)
    var full = backoff.initial
    for attempt in 1...40 {
      let expected = min(full, backoff.maximum)
      for _ in 0..<50 {
        let delay = backoff.delay(attempt: attempt, using: &generator)
        #expect(delay <= expected)
        #expect(delay >= expected * (1 - backoff.jitter) - .nanoseconds(1))
      }
      full = expected * backoff.factor
    }
  }

  @Test func jitterSpreadsDelaysOverItsWholeShare() {
    let backoff = Backoff(initial: .seconds(10), maximum: .seconds(10), jitter: 0.2)
    var generator = SeededGenerator(seed: 2)
    let delays = (0..<200).map { _ in backoff.delay(attempt: 1, using: &generator) }
    #expect(delays.contains { $0 < .seconds(8.4) })
    #expect(delays.contains { $0 > .seconds(9.6) })
  }

  @Test func withoutJitterDelaysAreExact() {
    let backoff = Backoff(initial: .seconds(1), maximum: .seconds(5), jitter: 0)
    #expect(
      (1...5).map { backoff.delay(attempt: $0) }
        == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
  }

  @Test(arguments: [-3, 0, 1_000_000])
  func anyNumberOfAttemptsIsTaken(attempt: Int) {
    let backoff = Backoff(initial: .seconds(1), maximum: .seconds(60))
    let delay = backoff.delay(attempt: attempt)
    #expect(delay >= .milliseconds(800) && delay <= .seconds(60))
  }
}
