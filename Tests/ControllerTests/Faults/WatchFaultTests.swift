import Documents
import Kubernetes
import SandboxFaults
import Testing

@testable import controller

/// A watch that lags, repeats itself, leaves things out or breaks: what is done is what the last state asks for.
@Suite(.timeLimit(.minutes(2))) struct WatchFaultTests {
  private static let resource = "teleportroles"

  private func spec(_ login: String) -> JSONValue { ["allow": ["logins": [.string(login)]]] }

  /// A controller at work, and a role in sync.
  private func with(
    _ body: (FaultStage, ControllerLife) async throws -> Void
  ) async throws {
    try await FaultStage.with { faults in
      let life = try await faults.start()
      try await life.controller.isReady()
      try await faults.stage.apply("TeleportRole", "r", spec: spec("root"))
      try await isSettled("root", faults, life)
      try await body(faults, life)
    }
  }

  private func isSettled(
    _ login: String, _ faults: FaultStage, _ life: ControllerLife
  ) async throws {
    let stage = faults.stage
    try await stage.awaitReason(.inSync, "TeleportRole", "r")
    try await eventually("the role is settled") { try await life.isQuiet(on: stage) }
    #expect(try await stage.spec("role", "r", "allow", "logins") == [.string(login)])
  }

  /// Returns once the controller has seen all that the watch has told so far.
  private func hasSeenAll(_ faults: FaultStage, _ life: ControllerLife) async throws {
    try await faults.stage.apply("TeleportRole", "marker", spec: spec("root"))
    try await faults.stage.awaitReason(.inSync, "TeleportRole", "marker")
    try await eventually("all is seen") { try await life.isQuiet(on: faults.stage) }
  }

  private func change(_ login: String, _ stage: Stage) async throws {
    try await stage.change("TeleportRole", "r", ["spec": spec(login)])
  }

  /// Deletes and creates it anew, without asking whoever has a finalizer on it.
  private func recreate(_ login: String, _ stage: Stage) async throws {
    try await stage.kubernetes.forceDelete(Self.resource, "r")
    try await stage.apply("TeleportRole", "r", spec: spec(login))
  }

  @Test func anOldUpdateIsNotDoneAgain() async throws {
    try await with { faults, life in
      try await change("admin", faults.stage)
      try await isSettled("admin", faults, life)
      try await expectNothing(ofReplaying: faults, life)
    }
  }

  @Test func anOldDeletionIsNotDoneAgain() async throws {
    try await with { faults, life in
      try await faults.stage.delete("TeleportRole", "r")
      try await faults.stage.awaitGone("TeleportRole", "r")
      try await faults.stage.apply("TeleportRole", "r", spec: spec("admin"))
      try await isSettled("admin", faults, life)
      try await expectNothing(ofReplaying: faults, life)
      #expect(try await faults.stage.teleport.resource("role", "r") != nil)
    }
  }

  @Test func whatIsGoneDoesNotComeBack() async throws {
    try await with { faults, life in
      try await faults.stage.delete("TeleportRole", "r")
      try await faults.stage.awaitGone("TeleportRole", "r")
      try await eventually("it is gone") { try await life.isQuiet(on: faults.stage) }
      try await expectNothing(ofReplaying: faults, life)
      #expect(try await faults.stage.teleport.resource("role", "r") == nil)
    }
  }

  private func expectNothing(ofReplaying faults: FaultStage, _ life: ControllerLife) async throws {
    // Some times over: which of the old states the controller comes to look at is a matter of luck. With more deletions
    // than these, the brake would hold them.
    for _ in 0..<8 {
      await faults.forgetRecords()
      try await faults.stage.kubernetes.replay(Self.resource, after: 0)
      try await hasSeenAll(faults, life)
      let writes = await faults.writes().filter {
        $0.target.hasSuffix("r") && !$0.target.hasSuffix("marker")
      }
      #expect(writes.isEmpty)
      try await faults.stage.delete("TeleportRole", "marker")
      try await faults.stage.awaitGone("TeleportRole", "marker")
      try await eventually("the marker is gone") { try await life.isQuiet(on: faults.stage) }
    }
  }

  @Test func manyUpdatesSeenAsOneAreOne() async throws {
    try await with { faults, life in
      await faults.forgetRecords()
      try await faults.stage.kubernetes.hold(Self.resource)
      for login in ["a", "b", "c", "d", "root", "admin"] { try await change(login, faults.stage) }
      try await faults.stage.kubernetes.release(Self.resource, collapsing: true)
      try await isSettled("admin", faults, life)
      #expect(await faults.stage.teleport.writes("role") == .init(updated: 1))
      try await FaultTrial.staysQuiet(life, faults)
    }
  }

  @Test func anUpdateTakenBackUnseenIsNone() async throws {
    try await with { faults, life in
      await faults.forgetRecords()
      try await faults.stage.kubernetes.hold(Self.resource)
      for login in ["admin", "root"] { try await change(login, faults.stage) }
      try await faults.stage.kubernetes.release(Self.resource, collapsing: true)
      try await isSettled("root", faults, life)
      let writes = await faults.writes()
      #expect(writes.allSatisfy { $0.operation.hasPrefix("PATCH ") }, "\(writes)")
      try await FaultTrial.staysQuiet(life, faults)
    }
  }

  @Test(arguments: [true, false]) func deletedAndCreatedAnew(collapsing: Bool) async throws {
    try await with { faults, life in
      await faults.forgetRecords()
      try await faults.stage.kubernetes.hold(Self.resource)
      try await recreate("admin", faults.stage)
      try await faults.stage.kubernetes.release(Self.resource, collapsing: collapsing)
      try await isSettled("admin", faults, life)
      #expect(await faults.stage.teleport.writes("role") == .init(updated: 1))
      let finalizers = try await faults.stage.custom("TeleportRole", "r")?[[
        "metadata", "finalizers",
      ]]
      #expect(finalizers == [.string(OperatorName.finalizer)])
      try await FaultTrial.staysQuiet(life, faults)
    }
  }

  @Test(arguments: [true, false]) func deletedInGoodOrderAndCreatedAnew(stopped: Bool) async throws
  {
    try await with { faults, life in
      await faults.forgetRecords()
      if stopped {
        await life.kill()
        try await faults.expireLease()
      }
      try await faults.stage.delete("TeleportRole", "r")
      let next = stopped ? try await faults.start() : life
      try await faults.stage.awaitGone("TeleportRole", "r")
      try await faults.stage.apply("TeleportRole", "r", spec: spec("admin"))
      try await isSettled("admin", faults, next)
      #expect(await faults.stage.teleport.writes("role") == .init(created: 1, deleted: 1))
      try await FaultTrial.staysQuiet(next, faults)
    }
  }

  /// What was forgotten by the server is made up for by a list.
  @Test(arguments: [true, false]) func aGapInTheHistory(isDeleted: Bool) async throws {
    try await with { faults, life in
      await faults.forgetRecords()
      try await withGate { gate in
        let kubernetes = faults.stage.kubernetes
        await kubernetes.faults.inject(.pause(gate)) { $0.operation == "WATCH \(Self.resource)" }
        try await kubernetes.cutWatches(of: Self.resource)
        try await gate.arrival()
        if isDeleted {
          try await faults.stage.delete("TeleportRole", "r")
        } else {
          try await recreate("admin", faults.stage)
        }
        await kubernetes.compact()
        await gate.open()
        if isDeleted {
          try await faults.stage.awaitGone("TeleportRole", "r")
          try await eventually("all is seen") { try await life.isQuiet(on: faults.stage) }
          #expect(await faults.stage.teleport.writes("role") == .init(deleted: 1))
        } else {
          try await isSettled("admin", faults, life)
          #expect(await faults.stage.teleport.writes("role") == .init(updated: 1))
        }
        try await FaultTrial.staysQuiet(life, faults)
      }
    }
  }

  @Test(arguments: ["ended", "cut", "410", "500", "closed"])
  func aWatchThatBreaks(how: String) async throws {
    try await with { faults, life in
      let kubernetes = faults.stage.kubernetes
      for login in ["a", "b", "c"] {
        switch how {
        case "ended": try await kubernetes.endWatches(of: Self.resource)
        case "cut": try await kubernetes.cutWatches(of: Self.resource)
        case "closed": await kubernetes.closeConnections()
        default: try await kubernetes.failWatches(of: Self.resource, code: Int(how) ?? 500)
        }
        try await change(login, faults.stage)
        try await isSettled(login, faults, life)
      }
      #expect(await faults.stage.teleport.writes("role") == .init(created: 1, updated: 3))
      try await FaultTrial.staysQuiet(life, faults)
    }
  }
}
