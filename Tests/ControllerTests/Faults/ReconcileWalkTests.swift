import FoundationEssentials
import Testing

@testable import controller

/// Random walks; each comes from a seed and can be walked again. WALK_SEEDS=n walks n long ones.
@Suite(.timeLimit(.minutes(60))) struct ReconcileWalkTests {
  private static let seeds: [UInt64] = {
    let count = ProcessInfo.processInfo.environment["WALK_SEEDS"].flatMap { UInt64($0) }
    return Array(1...max(1, count ?? 1))
  }()
  private static let isLong = ProcessInfo.processInfo.environment["WALK_SEEDS"] != nil

  @Test(arguments: seeds) func walk(seed: UInt64) async throws {
    try await FaultStage.with { faults in
      var walk = ReconcileWalk(faults, seed: seed)
      do {
        try await walk.run(steps: Self.isLong ? 150 : 40, rests: Self.isLong ? 15 : 20)
        print("walk: seed \(seed): \(walk.steps.count) steps")
      } catch {
        Issue.record("seed \(seed): \(error)\n  \(walk.steps.joined(separator: "\n  "))")
      }
    }
  }
}
