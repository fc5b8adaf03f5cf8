import Credentials
import Documents
import SandboxFaults
import Synchronization
import TeleportSandbox

@testable import controller

/// A stage on which controllers come and go, in good order or not.
final class FaultStage: Sendable {
  static let lease = "431e83f4.teleport.dev"

  let stage: Stage
  /// What is published by turns, when a test wants a renewal.
  private let identities: [IssuedCredentials]
  private let renewals = Mutex(0)
  /// What Teleport holds before anything happens.
  private let furniture: [String: Set<String>]
  private let lives = Mutex(Lives())

  private struct Lives {
    var present: [ControllerLife] = []
    var past: [ControllerLife] = []
    var count = 0
  }

  private init(_ stage: Stage) async throws {
    self.stage = stage
    identities = [
      try await TeleportIdentity.issue(from: stage.teleport),
      try await TeleportIdentity.issue(from: stage.teleport),
    ]
    var furniture: [String: Set<String>] = [:]
    for kind in Self.kinds { furniture[kind] = Set(await stage.teleport.names(kind)) }
    self.furniture = furniture
    await forgetRecords()
  }

  private static let kinds = WatchedKind.teleportKinds.map(\.kind)

  static func with(
    major: Int = 18, lag: TeleportSandbox.CacheLag = .none,
    _ body: (FaultStage) async throws -> Void
  ) async throws {
    try await Stage.with(major: major, lag: lag) { stage in
      let faults = try await FaultStage(stage)
      let result: Result<Void, any Error>
      do {
        result = .success(try await body(faults))
      } catch { result = .failure(error) }
      await faults.clear()
      for life in faults.lives.withLock({ $0.past }) { try await life.isGone() }
      try result.get()
    }
  }

  /// Starts a controller, and does not wait for anything.
  func start(token: String? = nil, identity: String? = nil) async throws -> ControllerLife {
    let number = lives.withLock { lives in
      lives.count += 1
      return lives.count
    }
    let life = try await ControllerLife(
      on: stage, number: number, token: token, identity: identity)
    lives.withLock { $0.present.append(life) }
    return life
  }

  /// Nobody renews the lease of one that was killed; this saves the wait for its end.
  func expireLease() async throws {
    try await stage.kubernetes.forceDelete("leases", Self.lease)
  }

  func renewIdentity() throws {
    let turn = renewals.withLock { renewals in
      renewals += 1
      return renewals
    }
    try TeleportIdentity.publish(identities[turn % identities.count], to: stage.identity.path)
  }

  /// Ends all that runs, and takes away all that was made.
  func clear() async {
    await stage.kubernetes.faults.removeAll()
    await stage.teleport.faults.removeAll()
    for life in takeLives() { await life.kill() }
    await stage.teleport.unlock(user: TeleportIdentity.botUser)
    for kind in Self.kinds {
      for name in await made(kind) { await stage.teleport.delete(kind, name) }
    }
    for kind in WatchedKind.all {
      let plural = kind.customResource.plural
      for object in (try? await stage.kubernetes.list(plural)) ?? [] {
        let name = object[["metadata", "name"]]?.string ?? ""
        try? await stage.kubernetes.forceDelete(plural, name)
      }
    }
    try? await expireLease()
    await forgetRecords()
  }

  private func takeLives() -> [ControllerLife] {
    lives.withLock { lives in
      defer { lives.present = [] }
      lives.past += lives.present
      return lives.present
    }
  }

  func forgetRecords() async {
    await stage.kubernetes.faults.forgetRequests()
    await stage.teleport.faults.forgetRequests()
    await stage.teleport.resetWriteCounts()
  }

  /// Names of what was made in Teleport since the beginning.
  func made(_ kind: String) async -> [String] {
    await stage.teleport.names(kind).filter { furniture[kind]?.contains($0) != true }
  }

  // MARK: - Looking

  func state() async throws -> WorldState {
    var state = WorldState()
    for kind in Self.kinds {
      for name in await made(kind) {
        state.add(
          try await stage.teleport.resource(kind, name) ?? [:], as: "Teleport \(kind)/\(name)")
      }
    }
    for kind in WatchedKind.all {
      for object in try await stage.kubernetes.list(kind.customResource.plural) {
        let name = object[["metadata", "name"]]?.string ?? ""
        state.add(object, as: "\(kind.customResource.kind)/\(name)")
      }
    }
    return state
  }

  func counts() async -> [String: TeleportSandbox.WriteCounts] {
    var counts: [String: TeleportSandbox.WriteCounts] = [:]
    for kind in Self.kinds { counts[kind] = await stage.teleport.writes(kind) }
    return counts
  }

  /// Requests of a kind that changes something, the lease and events aside.
  func writes() async -> [SandboxRequest] {
    let verbs = ["/Create", "/Update", "/Upsert", "/Delete"]
    let teleport = await stage.teleport.faults.requests.filter { request in
      verbs.contains { request.operation.firstRange(of: $0) != nil }
    }
    return await stage.kubernetesWrites() + teleport
  }
}
