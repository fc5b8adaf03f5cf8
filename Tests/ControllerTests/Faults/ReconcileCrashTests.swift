import SandboxFaults
import Testing

@testable import controller

/// Everything that can go wrong at every request of every scenario: the end is the same as if nothing had.
@Suite(.timeLimit(.minutes(20))) struct ReconcileCrashTests {
  @Test(arguments: FaultScenario.roles) func roles(scenario: FaultScenario) async throws {
    try await enumerate(scenario, major: 18, sample: 8)
  }

  @Test(arguments: FaultScenario.users) func users(scenario: FaultScenario) async throws {
    try await enumerate(scenario, major: 18, sample: 6)
  }

  /// A server that acknowledges writes and does not say what came of them.
  @Test(arguments: [FaultScenario(story: .create, kind: "TeleportRole")])
  func silentServer(scenario: FaultScenario) async throws {
    try await enumerate(scenario, major: 14, sample: 5)
  }

  private func enumerate(_ scenario: FaultScenario, major: Int, sample: Int) async throws {
    try await FaultStage.with(major: major) { stage in
      let trial = try await FaultTrial(scenario, on: stage)
      let all = trial.troubles
      #expect(all.count > 20)
      var tried = 0
      var passed = 0
      for trouble in CrashPoints.sampled(all, sample, seed: 4) {
        do {
          guard try await trial.attempt(trouble) else { continue }
          passed += 1
        } catch {
          Issue.record("\(scenario.testDescription), Teleport \(major), \(error)")
        }
        tried += 1
      }
      #expect(tried > 0)
      print(
        "faults: \(scenario.testDescription), Teleport \(major): \(tried) points of \(all.count), \(passed) passed"
      )
    }
  }
}
