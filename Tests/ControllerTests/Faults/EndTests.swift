import Testing

@testable import controller

/// A controller ends at whatever moment of its life it is cancelled, also while nobody answers it.
@Suite(.timeLimit(.minutes(2))) struct EndTests {
  @Test func atAnyMoment() async throws {
    try await FaultStage.with { faults in
      // The lists of the start take about a fifth of a second.
      for delay in stride(from: 0, through: 400, by: 10) {
        let life = try await faults.start()
        try await Task.sleep(for: .milliseconds(delay))
        await life.kill()
        if delay.isMultiple(of: 50) { await faults.clear() }
      }
    }
  }
}
