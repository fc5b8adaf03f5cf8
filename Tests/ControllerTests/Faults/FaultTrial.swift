import SandboxFaults
import TeleportSandbox

@testable import controller

/// Runs a scenario undisturbed, and then again and again with one thing going wrong.
struct FaultTrial: Sendable {
  let scenario: FaultScenario
  let stage: FaultStage
  private let reference: Outcome
  /// What both undisturbed runs have asked for; after a race, something is asked for once more or not.
  private let points: [FaultPoint]

  private struct Outcome: Sendable {
    let state: WorldState
    let counts: [String: TeleportSandbox.WriteCounts]
    let points: [FaultPoint]
  }

  /// Runs the scenario twice: where the two differ, nothing could be said of later runs.
  init(_ scenario: FaultScenario, on stage: FaultStage) async throws {
    self.scenario = scenario
    self.stage = stage
    reference = try await Self.undisturbed(scenario, stage)
    let other = try await Self.undisturbed(scenario, stage)
    points = reference.points.filter(other.points.contains)
    let differences = other.state.differences(from: reference.state)
    guard differences.isEmpty, other.counts == reference.counts else {
      throw NotInTime(
        description: "two undisturbed runs differ: \(differences), \(reference), \(other)")
    }
  }

  private static func undisturbed(
    _ scenario: FaultScenario, _ stage: FaultStage
  ) async throws -> Outcome {
    let run = FaultRun(stage)
    try await scenario.prepare(run)
    await stage.forgetRecords()
    try await scenario.act(run)
    try await eventually("\(scenario.testDescription), undisturbed") {
      guard try await scenario.isDone(stage.stage) else { return false }
      return try await run.leader?.isQuiet(on: stage.stage) ?? false
    }
    let outcome = Outcome(
      state: try await stage.state(), counts: await stage.counts(),
      points: await scenario.points(run))
    try await staysQuiet(run, stage)
    await stage.clear()
    return outcome
  }

  /// Everything that can go wrong.
  var troubles: [Trouble] {
    points.flatMap { Trouble.all(at: $0, hasStandby: scenario.story == .handover) }
  }

  /// - Returns: false where it could not be brought about.
  /// - Throws: what is wrong with what came of it.
  func attempt(_ trouble: Trouble) async throws -> Bool {
    let run = FaultRun(stage)
    do {
      try await scenario.prepare(run)
      await stage.forgetRecords()
      await run.arrange(trouble, in: scenario)
      try await scenario.act(run)
      guard try await run.goOn(after: trouble, in: scenario) else {
        await stage.clear()
        return false
      }
      try await reachesTheSame(run)
      try await countsTheSame(trouble)
      try await Self.staysQuiet(run, stage)
    } catch {
      let log = run.leader?.controller.log.all.suffix(15).joined(separator: "\n  ") ?? ""
      let requests = await stage.stage.teleport.faults.requests + stage.stage.kubernetesWrites()
      await stage.clear()
      throw NotInTime(description: "\(trouble): \(error)\n  \(requests)\n  \(log)")
    }
    await stage.clear()
    return true
  }

  private func reachesTheSame(_ run: FaultRun) async throws {
    do {
      try await eventually("") {
        guard try await run.leader?.isQuiet(on: stage.stage) == true else { return false }
        return try await stage.state() == reference.state
      }
    } catch is NotInTime {
      let differences = try await stage.state().differences(from: reference.state)
      throw NotInTime(
        description: differences.isEmpty
          ? "there is no end to it" : differences.joined(separator: "; "))
    }
  }

  /// A lost answer may lead to one more update, and to nothing else.
  private func countsTheSame(_ trouble: Trouble) async throws {
    for (kind, counts) in await stage.counts() {
      let expected = reference.counts[kind] ?? .init()
      guard counts.created == expected.created, counts.deleted == expected.deleted,
        counts.updated <= expected.updated + 1
      else { throw NotInTime(description: "\(kind): \(counts) instead of \(expected)") }
    }
  }

  /// Looks at everything three times more, and finds nothing to do.
  static func staysQuiet(_ run: FaultRun, _ stage: FaultStage) async throws {
    guard let life = run.leader else { return }
    try await staysQuiet(life, stage)
  }

  static func staysQuiet(_ life: ControllerLife, _ stage: FaultStage) async throws {
    await stage.forgetRecords()
    for _ in 0..<3 {
      life.controller.process.resyncNow()
      try await eventually("the resync ends") { try await life.isQuiet(on: stage.stage) }
    }
    let writes = await stage.writes()
    guard writes.isEmpty else { throw NotInTime(description: "a resync writes \(writes)") }
  }
}
