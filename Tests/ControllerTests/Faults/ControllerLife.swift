import Kubernetes
import KubernetesSandbox
import SandboxFaults
import TeleportSandbox
import TeleportSchema

@testable import controller

/// A controller from its start to its end, however that comes.
final class ControllerLife: Sendable {
  let controller: RunningController
  let lease: LeaseOptions
  private let wires: [Relay]

  init(on stage: Stage, number: Int, token: String? = nil, identity: String? = nil) async throws {
    let kubernetes = try await Relay.start(to: "127.0.0.1", Self.port(of: stage.kubernetes.url))
    let teleport = try await Relay.start(to: stage.teleport.host, stage.teleport.port)
    wires = [kubernetes, teleport]
    lease = try LeaseOptions(
      key: ObjectKey(FaultStage.lease, namespace: "default"),
      identity: LeaseOptions.identity(host: "life-\(number)"), retryPeriod: .milliseconds(200))
    controller = try RunningController(
      stage: stage, identity: identity ?? stage.identity.path,
      kubernetes: Stage.configuration(
        stage.kubernetes, server: "https://127.0.0.1:\(kubernetes.port)", token: token),
      authServer: "127.0.0.1:\(teleport.port)", lease: lease)
  }

  private static func port(of url: String) -> Int {
    url.split(separator: ":").last.flatMap { Int($0) } ?? 0
  }

  /// As SIGKILL: from now on nothing of it reaches anybody, and its lease stays with it.
  func kill() async {
    for wire in wires { await wire.cut() }
    controller.abandon()
  }

  /// The end of a life that was killed, or stopped.
  func isGone() async throws {
    let result: Result<Void, any Error>
    do {
      result = .success(try await controller.isGone())
    } catch { result = .failure(error) }
    for wire in wires { await wire.cut() }
    try result.get()
  }

  /// Whether it knows all that both servers know, and has nothing left to do about it.
  func isQuiet(on stage: Stage) async throws -> Bool {
    // Between two steps of the controller's own there is a moment in which nobody holds the work.
    for _ in 0..<3 {
      guard controller.process.isIdle else { return false }
      await Task.yield()
    }
    guard try await knowsAll(on: stage) else { return false }
    return controller.process.isIdle
  }

  /// Whether its mirrors are as the servers are.
  func knowsAll(on stage: Stage) async throws -> Bool {
    guard try await knowsKubernetes(stage.kubernetes) else { return false }
    return try await knowsTeleport(stage.teleport)
  }

  private func knowsKubernetes(_ kubernetes: KubernetesSandbox) async throws -> Bool {
    let mirror = controller.process.resources
    for kind in WatchedKind.all {
      let objects = try await kubernetes.list(kind.customResource.plural)
      guard mirror.keys(of: kind).count == objects.count else { return false }
      for object in try objects.map({ try KubernetesObject($0) }) {
        let known = mirror.object(kind.key(object))?.metadata.resourceVersion
        guard known == object.metadata.resourceVersion else { return false }
      }
    }
    return true
  }

  private func knowsTeleport(_ teleport: TeleportSandbox) async throws -> Bool {
    let mirror = controller.process.mirror
    for schema in WatchedKind.teleportKinds
    where mirror.standings[schema.kind] != .failing(.unimplemented) {
      guard mirror.syncedKinds.contains(schema.kind) else { return false }
      for name in await teleport.names(schema.kind) {
        let bytes = await teleport.message(schema.kind, name)
        let revision = try bytes.map { try schema.facts(of: $0).revision }
        guard mirror.entry(kind: schema.kind, name: name).mayBe(revision) else { return false }
      }
    }
    return true
  }
}

extension TeleportMirror.Entry {
  /// Whether this can be said of what has that revision; nil: of what does not exist.
  fileprivate func mayBe(_ revision: String?) -> Bool {
    switch self {
    case .unknown: true
    case .absent: revision == nil
    case .present(let resource): resource.facts.revision == revision
    }
  }
}
