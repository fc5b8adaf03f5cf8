import SandboxFaults
import Synchronization
import TeleportSandbox

@testable import controller

/// One run of a scenario: who is at work, and who stands by.
final class FaultRun: Sendable {
  private struct Cast {
    var leader: ControllerLife?
    var standby: ControllerLife?
  }

  let stage: FaultStage
  private let cast = Mutex(Cast())
  private let struck = Mutex(false)

  init(_ stage: FaultStage) { self.stage = stage }

  var leader: ControllerLife? { cast.withLock { $0.leader } }

  var isStruck: Bool { struck.withLock { $0 } }

  func start() async throws {
    let life = try await stage.start()
    cast.withLock { $0.leader = life }
  }

  func startLeader() async throws {
    try await start()
    try await leader?.controller.isReady()
  }

  func startStandby() async throws {
    let life = try await stage.start()
    cast.withLock { $0.standby = life }
    try await life.controller.says("standing by")
    try await eventually("the standby knows all") { try await life.knowsAll(on: stage.stage) }
  }

  func isQuiet() async throws {
    try await eventually("the controller is quiet") {
      try await leader?.isQuiet(on: stage.stage) ?? true
    }
  }

  /// Returns once the controller has a new connection in use, or is not there to have one.
  func isReconnected() async throws {
    let teleport = stage.stage.teleport
    try await eventually("the controller has a new connection") {
      if isStruck { return true }
      let calls = await teleport.faults.requests.map(\.operation)
      guard calls.contains("proto.AuthService/WatchEvents") else { return false }
      return try await leader?.isQuiet(on: stage.stage) ?? true
    }
  }

  /// Lets something happen at a point, once.
  func arrange(_ trouble: Trouble, in scenario: FaultScenario) async {
    let servers = stage.stage
    let faults =
      trouble.point.server == .kubernetes ? servers.kubernetes.faults : servers.teleport.faults
    let request = trouble.point.request
    await faults.inject(
      .act { [self] in
        let fault = await strike(trouble.disturbance, scenario)
        struck.withLock { $0 = true }
        return fault
      }, at: trouble.moment, skip: trouble.point.occurrence
    ) { $0 == request }
  }

  private func strike(_ disturbance: Disturbance, _ scenario: FaultScenario) async -> Fault? {
    switch disturbance {
    case .kill:
      await leader?.kill()
      return .cut
    case .stop:
      let leader = leader
      Task { await leader?.controller.stop() }
    case .fail(let code): return .fail(code: code, message: "a fault was asked for")
    case .cut: return .cut
    case .handChange: try? await scenario.changeByHand(stage.stage)
    case .renewal: try? stage.renewIdentity()
    case .lock: await stage.stage.teleport.lock(user: TeleportIdentity.botUser)
    }
    return nil
  }

  /// Waits for it to happen, and does what others do then.
  ///
  /// - Returns: false where it has not happened: what is made again after a race is not always made again, and a call
  ///   that the server does not know has no effect to come after.
  func goOn(after trouble: Trouble, in scenario: FaultScenario) async throws -> Bool {
    try await eventually("\(trouble.point) comes") {
      if isStruck { return true }
      let mayFail = trouble.point.occurrence > 0 || trouble.moment == .afterCommit
      guard mayFail, try await scenario.isDone(stage.stage) else { return false }
      return try await leader?.isQuiet(on: stage.stage) ?? false
    }
    guard isStruck else { return false }
    switch trouble.disturbance {
    case .kill:
      try await stage.expireLease()
      try await succeed()
    case .stop:
      try await leader?.controller.isGone()
      try await succeed()
    case .lock:
      try await eventually("the lock is told of") {
        let ready = try await stage.stage.condition("Ready", scenario.kind, scenario.name)
        return ready?["reason"]?.string == Reason.permissionDenied.rawValue
      }
      await stage.stage.teleport.unlock(user: TeleportIdentity.botUser)
    case .fail, .cut, .handChange, .renewal: break
    }
    return true
  }

  private func succeed() async throws {
    let standby = cast.withLock { cast in
      cast.leader = cast.standby
      cast.standby = nil
      return cast.leader
    }
    if standby == nil { try await start() }
  }
}
