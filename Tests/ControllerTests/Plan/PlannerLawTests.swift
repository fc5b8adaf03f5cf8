import Documents
import Kubernetes
import TeleportSchema
import Testing

@testable import controller

/// What must hold of every plan, checked over every combination of what a plan depends on.
@Suite struct PlannerLawTests {
  struct Case: Sendable {
    let scenario: PlanScenario
    let observation: Observation
    let plan: Plan
  }

  private static let planned: Result<[Case], any Error> = Result {
    try PlanScenario.all.map {
      let observation = try $0.observation()
      return Case(scenario: $0, observation: observation, plan: try Planner.plan(observation))
    }
  }

  /// Names every case that breaks the law, the first few in full.
  func always(
    _ law: String, in cases: [Case]? = nil, _ holds: (Case) throws -> Bool,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let cases = try cases ?? Self.planned.get()
    #expect(!cases.isEmpty, "no case for: \(law)", sourceLocation: location)
    let broken = try cases.filter { try !holds($0) }
    let shown = broken.prefix(3).map { "\($0.scenario) -> \($0.plan.summary)" }
    #expect(
      broken.isEmpty, "\(law): broken in \(broken.count) of \(cases.count), as in \(shown)",
      sourceLocation: location)
  }

  func cases(_ applies: (PlanScenario) -> Bool) throws -> [Case] {
    try Self.planned.get().filter { applies($0.scenario) }
  }

  @Test func everyCombinationIsThere() throws {
    let scenarios = try Self.planned.get().map(\.scenario)
    #expect(Set(scenarios.map(\.description)).count == scenarios.count)
    #expect(scenarios.count > 6000)
    for live in PlanScenario.Live.allCases { #expect(scenarios.contains { $0.live == live }) }
  }

  @Test func whatIsNotOursIsNeverWritten() throws {
    try always("no write", in: cases { !$0.mayWrite }) { $0.plan.teleportEffects.isEmpty }
    try always("no deletion", in: cases { !$0.isOurs }) { !$0.plan.effects.contains(.delete) }
  }

  @Test func whatBelongsToAnotherSaysWhose() throws {
    try always(
      "Conflict",
      in: cases {
        $0.live == .ofAnother && !$0.isBeingDeleted && $0.isValid && $0.isSupported
          && $0.server.major != nil && $0.annotation == .none
      }
    ) {
      $0.plan.effects.isEmpty && $0.plan.ready?.reason == .conflict && $0.plan.retries
        && $0.plan.ready?.message.contains("default/another") == true
    }
    try always(
      "of another cluster",
      in: cases {
        $0.live == .ofAnotherCluster && !$0.mayWrite && !$0.isBeingDeleted && $0.isValid
          && $0.isSupported && $0.server.major != nil && $0.annotation == .none
      }
    ) {
      $0.plan.ready?.reason == .conflict
        && $0.plan.ready?.message.contains("cluster-2") == true
    }
  }

  @Test func adoptionIsTold() throws {
    try always(
      "a note",
      in: cases {
        $0.isExecuted && !$0.isOurs && $0.live != .absent && $0.policy.drift == .correct
          && ![.writePending, .writeExpired].contains($0.status)
      }
    ) { item in
      item.plan.effects.contains(where: \.isUpsert)
        && item.plan.notes.contains { if case .adopted = $0 { true } else { false } }
    }
  }

  @Test func anIgnoredObjectIsLeftAloneAndSaysSo() throws {
    try always("says so", in: cases { $0.annotation == .ignore && !$0.isBeingDeleted }) {
      $0.plan.effects.isEmpty && $0.plan.ready?.reason == .ignored && !$0.plan.retries
    }
    try always("no write", in: cases { $0.annotation == .ignore }) {
      $0.plan.teleportEffects.isEmpty
    }
  }

  @Test func aPlanOnlyObjectIsOnlyToldOf() throws {
    try always("nothing is done", in: cases { $0.annotation == .plan }) { item in
      item.plan.effects.isEmpty
    }
    try always(
      "it says what would be", in: cases { $0.annotation == .plan }
    ) { item in
      var executed = item.observation
      executed.object.metadata.annotations = [:]
      let would = try Planner.plan(executed)
      guard !would.effects.isEmpty else { return item.plan == would }
      guard case .status(let status) = item.plan.outcome else { return false }
      let lines = try PlannedChanges(would, executed).lines
      return item.plan.ready?.reason == .planned && status.plan == lines
    }
  }

  @Test func nothingIsWrittenWithoutAFinalizer() throws {
    try always("finalizer first") { item in
      guard item.plan.effects.contains(where: \.isUpsert) else { return true }
      return item.scenario.hasFinalizer
        ? !item.plan.effects.contains(.addFinalizer) : item.plan.effects.first == .addFinalizer
    }
    try always("never on the way out", in: cases(\.isBeingDeleted)) {
      !$0.plan.effects.contains(.addFinalizer)
    }
  }

  @Test func onlyWhatIsWantedIsWritten() throws {
    try always("no write", in: cases { !$0.isExecuted }) {
      !$0.plan.effects.contains(where: \.isUpsert)
    }
    try always("create where there is nothing, update where there is something") { item in
      item.plan.effects.allSatisfy { effect in
        switch effect {
        case .create: item.scenario.live == .absent
        case .update: item.scenario.live != .absent
        default: true
        }
      }
    }
  }

  @Test func anInvalidSpecTouchesNothingAndSaysSo() throws {
    try always(
      "InvalidSpec",
      in: cases { !$0.isValid && !$0.isBeingDeleted && $0.annotation != .ignore }
    ) {
      $0.plan.effects.isEmpty && $0.plan.ready?.reason == .invalidSpec
        && $0.plan.ready?.status == .no && !$0.plan.retries
    }
  }

  @Test func aTooOldServerGetsNoRole() throws {
    try always(
      "UnsupportedByServer",
      in: cases {
        $0.isValid && $0.server.major != nil && !$0.isSupported && !$0.isBeingDeleted
          && $0.annotation != .ignore
      }
    ) {
      $0.plan.effects.isEmpty && $0.plan.ready?.reason == .unsupportedByServer
        && $0.plan.ready?.status == .no
    }
  }

  @Test func whileTeleportIsAwayWhatWasVerifiedIsBelieved() throws {
    let isAway: (PlanScenario) -> Bool = {
      $0.server.major == nil && $0.isValid && !$0.isBeingDeleted && $0.annotation == .none
    }
    try always("believed", in: cases { isAway($0) && $0.status == .verified }) {
      $0.plan == Plan()
    }
    try always("what waits says why", in: cases { isAway($0) && $0.status == .none }) {
      $0.plan.effects.isEmpty && $0.plan.ready?.reason == .teleportUnreachable
        && $0.plan.ready?.status == .unknown && $0.plan.retries
    }
  }

  @Test func inSyncAndReportedMeansNothingToDo() throws {
    let inSync: (PlanScenario) -> Bool = {
      $0.isWanted && [.asVerified, .withDefaults].contains($0.live)
        && [.verified, .verifiedButNotReported].contains($0.status)
    }
    try always("no write", in: cases(inSync)) { $0.plan.teleportEffects.isEmpty }
    try always(
      "nothing at all", in: cases { inSync($0) && $0.status == .verified && $0.hasFinalizer }
    ) {
      $0.plan == Plan()
    }
    try always(
      "it is said",
      in: cases { inSync($0) && $0.status == .verifiedButNotReported && $0.isExecuted }
    ) {
      $0.plan.ready?.reason == .inSync
    }
  }

  @Test func whatIsNotInSyncIsWritten() throws {
    try always(
      "create",
      in: cases {
        $0.isExecuted && $0.live == .absent
          && [.none, .writeExpired, .verifiedAnotherDeclaration].contains($0.status)
      }
    ) { $0.plan.effects.last?.isUpsert == true && $0.plan.outcome == .verify }
    try always(
      "drift is put back",
      in: cases {
        $0.isExecuted && [.drifted, .absent].contains($0.live) && $0.status == .verified
          && $0.policy.drift == .correct
      }
    ) { $0.plan.effects.last?.isUpsert == true && $0.plan.notes == [.driftCorrected] }
    try always(
      "drift is reported",
      in: cases {
        $0.isExecuted && [.drifted, .absent].contains($0.live) && $0.status == .verified
          && $0.policy.drift == .report
      }
    ) {
      $0.plan.teleportEffects.isEmpty && $0.plan.ready?.reason == .drifted
        && $0.plan.ready?.status == .no
    }
    try always(
      "a new declaration is written, whatever the policy",
      in: cases { $0.isExecuted && $0.status == .verifiedAnotherDeclaration }
    ) {
      $0.plan.effects.last?.isUpsert == true && !$0.plan.notes.contains(.driftCorrected)
    }
    try always("only drift is called drift") { item in
      !item.plan.notes.contains(.driftCorrected)
        || [.drifted, .absent, .unclaimed, .ofOneGone].contains(item.scenario.live)
          && item.plan.outcome == .verify
    }
  }

  @Test func anAcknowledgedWriteIsWaitedForNotRepeated() throws {
    try always(
      "not shown yet",
      in: cases {
        $0.isWanted && $0.status == .writePending && [.absent, .drifted].contains($0.live)
      }
    ) { $0.plan == Plan(outcome: .lookAgain) }
    try always(
      "shown",
      in: cases {
        $0.isExecuted && [.writePending, .writeExpired].contains($0.status)
          && [.asVerified, .withDefaults].contains($0.live)
      }
    ) { $0.plan.teleportEffects.isEmpty && $0.plan.ready?.reason == .inSync }
    try always(
      "lost after all",
      in: cases {
        $0.isExecuted && $0.status == .writeExpired && [.absent, .drifted].contains($0.live)
      }
    ) { $0.plan.effects.last?.isUpsert == true }
  }

  @Test func anUpdateKeepsWhatItDoesNotManage() throws {
    try always("unknown field and revision stay, managed fields are the declared ones") { item in
      for case .update(let bytes) in item.plan.effects {
        guard let live = item.observation.live.bytes,
          case .success(let declared) = item.observation.declaration
        else { return false }
        let schema = item.observation.schema
        let kept = try WireReader.fields(of: bytes).filter { $0.number == PlanPieces.unknownField }
        let before = try WireReader.fields(of: live).filter { $0.number == PlanPieces.unknownField }
        guard kept.map(\.raw) == before.map(\.raw), kept.count == 1,
          try ResourceFacts(bytes).revision == ResourceFacts(live).revision,
          try schema.managedFields(of: bytes) == schema.managedFields(of: declared.bytes)
        else { return false }
      }
      return true
    }
  }

  @Test func whatIsWrittenIsSignedAndOfTheRightVersion() throws {
    try always("owner and version") { item in
      for effect in item.plan.effects {
        switch effect {
        case .create(let bytes), .update(let bytes):
          let facts = try ResourceFacts(bytes)
          let row = PlanScenario.kinds.first {
            $0.kind == item.scenario.server.kind && $0.version == item.scenario.server.version
          }
          guard Claim(of: facts, by: item.observation.owner) == .mine,
            facts.version == row?.teleport, facts.name == PlanPieces.name
          else { return false }
        default: break
        }
      }
      return true
    }
  }

  @Test func readyIsOnlyWhatTeleportHolds() throws {
    try always("Ready") { item in
      guard item.plan.ready?.status == .yes else { return true }
      guard item.scenario.isWanted, item.plan.teleportEffects.isEmpty,
        let live = item.observation.live.bytes,
        case .success(let declared) = item.observation.declaration
      else { return false }
      let schema = item.observation.schema
      let held = try schema.managedFields(of: live)
      return try Claim(of: ResourceFacts(live), by: item.observation.owner) == .mine
        && held.covers(schema.managedFields(of: declared.bytes))
    }
  }

  @Test func lessIsKnownMeansReadingOrTheSamePlan() throws {
    try always("not asked") { item in
      var blind = item.observation
      blind.live = .unknown
      blind.claimantExists = nil
      let plan = try Planner.plan(blind)
      return plan == item.plan || plan == Plan(outcome: .read) && item.scenario.server.major != nil
    }
    try always("told by an event") { item in
      guard let live = item.observation.live.resource else { return true }
      var summary = item.observation
      summary.live = .known(live)
      let plan = try Planner.plan(summary)
      return plan == item.plan || plan == Plan(outcome: .read)
    }
    try always("what was read is not read again") { $0.plan.outcome != .read }
    try always(
      "what is verified and reported is not read",
      in: cases {
        $0.isExecuted && $0.live == .asVerified && $0.status == .verified && $0.hasFinalizer
      }
    ) { item in
      guard let live = item.observation.live.resource else { return false }
      var summary = item.observation
      summary.live = .known(live)
      return try Planner.plan(summary) == Plan()
    }
    try always(
      "what cannot be written needs no reading",
      in: cases {
        (!$0.isValid || !$0.isSupported || $0.annotation == .ignore) && !$0.isBeingDeleted
      }
    ) { item in
      var blind = item.observation
      blind.live = .unknown
      return try Planner.plan(blind) == item.plan
    }
  }

  @Test func carriedOutAPlanLeavesNothingToDo() throws {
    try always("idempotent") { item in
      var world = item.observation
      guard try PlanWorld.carryOut(item.plan, in: &world) else { return true }
      let next = try Planner.plan(world)
      guard next.effects.isEmpty else { return false }
      switch next.outcome {
      case .none: return true
      case .status(let status):
        return status.patch(over: world.object.status, now: "2031-01-01T00:00:00Z") == nil
      case .verify, .read: return false
      case .lookAgain: return item.plan.outcome == .lookAgain
      }
    }
  }
}
