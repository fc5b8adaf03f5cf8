import Kubernetes
import Testing

@testable import controller

/// What must hold of plans for what is to go.
extension PlannerLawTests {
  @Test func deletionNeedsOwnershipAndTheWish() throws {
    try always("delete") { item in
      guard item.plan.effects.contains(.delete) else { return true }
      let scenario = item.scenario
      return scenario.isBeingDeleted && scenario.hasFinalizer && scenario.annotation == .none
        && scenario.isOurs && !scenario.isBraked
    }
    try always(
      "what is owned and unwanted goes",
      in: cases {
        $0.isBeingDeleted && $0.hasFinalizer && $0.annotation == .none && $0.isOurs
          && $0.server.major != nil && !$0.isBraked
      }
    ) { $0.plan.effects == [.delete, .removeFinalizer] }
    try always(
      "too many at once wait",
      in: cases {
        $0.isBeingDeleted && $0.hasFinalizer && $0.annotation == .none && $0.isOurs
          && $0.server.major != nil && $0.isBraked
      }
    ) {
      $0.plan.effects.isEmpty && $0.plan.ready?.reason == .deletionHeld && $0.plan.retries
        && $0.plan.ready?.message.contains(OperatorName.confirmDeletionAnnotation) == true
    }
  }

  @Test func aDeletionWithoutTeleportSaysWhatItWaitsFor() throws {
    try always(
      "unreachable",
      in: cases {
        $0.isBeingDeleted && $0.hasFinalizer && $0.annotation == .none && $0.server.major == nil
      }
    ) {
      $0.plan.effects.isEmpty && $0.plan.ready?.reason == .teleportUnreachable
        && $0.plan.retries
        && $0.plan.ready?.message.contains(OperatorName.orphanAnnotation) == true
    }
    try always(
      "orphaned",
      in: cases { $0.isBeingDeleted && $0.hasFinalizer && $0.annotation == .orphan }
    ) { $0.plan.effects == [.removeFinalizer] }
  }

  @Test func deletionEndsWithTheFinalizer() throws {
    try always("last", in: cases { $0.isBeingDeleted && $0.hasFinalizer }) {
      $0.plan.effects.isEmpty
        ? $0.plan.ready != nil
        : $0.plan.effects.last == .removeFinalizer && $0.plan.outcome == .none
          && !$0.plan.retries
    }
    try always("somebody else's finalizer", in: cases { $0.isBeingDeleted && !$0.hasFinalizer }) {
      $0.plan == Plan()
    }
    try always("only then", in: cases { !$0.isBeingDeleted }) {
      !$0.plan.effects.contains(.removeFinalizer)
    }
    try always("what stays in Teleport is told") { item in
      guard item.plan.effects == [.removeFinalizer], item.scenario.live != .absent else {
        return true
      }
      return item.plan.notes.contains { if case .leftInTeleport = $0 { true } else { false } }
    }
  }
}
