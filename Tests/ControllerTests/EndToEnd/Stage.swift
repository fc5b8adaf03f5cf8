import Documents
import Kubernetes
import KubernetesSandbox
import Operations
import SandboxFaults
import TeleportSandbox
import TeleportSchema

@testable import controller

/// A Teleport, a Kubernetes and a published identity, between which controllers can run.
struct Stage: Sendable {
  let kubernetes: KubernetesSandbox
  let teleport: TeleportSandbox
  let identity: ScratchDirectory
  private let client: KubernetesClient

  init(
    kubernetes: KubernetesSandbox, teleport: TeleportSandbox, identity: ScratchDirectory
  ) throws {
    self.kubernetes = kubernetes
    self.teleport = teleport
    self.identity = identity
    client = try KubernetesClient(Self.configuration(kubernetes))
  }

  /// - Parameters:
  ///   - server: another way to it; nil for its own address.
  ///   - token: of another user; nil for the one who may do everything.
  static func configuration(
    _ kubernetes: KubernetesSandbox, server: String? = nil, token: String? = nil
  ) -> KubernetesConfiguration {
    KubernetesConfiguration(
      server: server ?? kubernetes.url, trust: .roots(pem: kubernetes.caPEM),
      bearerToken: .fixed(Secret(token ?? kubernetes.adminToken)))
  }

  /// Sets everything up, runs `body` and takes everything down, whatever happens.
  static func with(
    major: Int = 18, lag: TeleportSandbox.CacheLag = .none,
    features: TeleportSandbox.Features = .init(), _ body: (Stage) async throws -> Void
  ) async throws {
    await StageSlots.shared.take()
    let result: Result<Void, any Error>
    do {
      result = .success(try await perform(major, lag, features, body))
    } catch { result = .failure(error) }
    await StageSlots.shared.giveBack()
    try result.get()
  }

  private static func perform(
    _ major: Int, _ lag: TeleportSandbox.CacheLag, _ features: TeleportSandbox.Features,
    _ body: (Stage) async throws -> Void
  ) async throws {
    var options = TeleportSandbox.Options(major: major)
    options.features = features
    options.cacheLag = lag
    let teleport = try await TeleportSandbox.start(options: options)
    let kubernetes = try await KubernetesSandbox.start()
    let stage = try Stage(
      kubernetes: kubernetes, teleport: teleport, identity: try ScratchDirectory())
    let result: Result<Void, any Error>
    do {
      for definition in try CustomResourceDefinition.all() { try await kubernetes.put(definition) }
      try await stage.publishIdentity()
      await teleport.resetWriteCounts()
      await teleport.faults.forgetRequests()
      result = .success(try await body(stage))
    } catch { result = .failure(error) }
    await stage.client.shutdown()
    await kubernetes.shutdown()
    await teleport.shutdown()
    try result.get()
  }

  /// As `with`, with one controller that is stopped in good order at the end.
  static func withController(
    major: Int = 18, lag: TeleportSandbox.CacheLag = .none,
    _ body: (Stage, RunningController) async throws -> Void
  ) async throws {
    try await with(major: major, lag: lag) { stage in
      try await stage.withController { try await body(stage, $0) }
    }
  }

  /// Runs a controller for as long as `body` takes, and stops it in good order.
  func withController(
    clock: MonotonicClock = .continuous, identity path: String? = nil,
    options: [String: String] = [:],
    _ body: (RunningController) async throws -> Void
  ) async throws {
    let controller = try RunningController(
      stage: self, clock: clock, identity: path ?? identity.path, options: options)
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(controller))
    } catch let error as NotInTime {
      let lines = controller.log.all.joined(separator: "\n")
      result = .failure(NotInTime(description: "\(error). The log:\n\(lines)"))
    } catch { result = .failure(error) }
    await controller.stop()
    try result.get()
  }

  func publishIdentity() async throws {
    try await TeleportIdentity.publish(from: teleport, to: identity.path)
  }

  // MARK: - Kubernetes

  /// Creates a custom resource.
  func apply(
    _ kind: String, _ name: String, version: String? = nil, labels: JSONValue = [:],
    annotations: JSONValue = [:], spec: JSONValue
  ) async throws {
    try await kubernetes.put(
      manifest(
        kind, name, version: version, labels: labels, annotations: annotations, spec: spec))
  }

  /// Applies a merge patch to a custom resource, in the version that is stored.
  func change(_ kind: String, _ name: String, _ patch: JSONValue) async throws {
    let resource = try WatchedKind.named(kind).resource
    _ = try await client.mergePatch(resource, ObjectKey(name, namespace: "default"), patch)
  }

  /// As `change`, but past all faults.
  func changeUndisturbed(_ kind: String, _ name: String, _ patch: JSONValue) async throws {
    let resource = try WatchedKind.named(kind).resource
    try await kubernetes.patch(plural(kind), name, version: resource.version, with: patch)
  }

  func delete(_ kind: String, _ name: String) async throws {
    try await kubernetes.delete(plural(kind), name)
  }

  func custom(_ kind: String, _ name: String) async throws -> JSONValue? {
    try await kubernetes.get(plural(kind), name)
  }

  func condition(_ type: String, _ kind: String, _ name: String) async throws -> JSONValue? {
    try await custom(kind, name)?[["status", "conditions"]]?.array?.first {
      $0["type"]?.string == type
    }
  }

  /// Returns once Ready has that reason, said of the present generation.
  func awaitReason(_ reason: Reason, _ kind: String, _ name: String) async throws {
    var last: JSONValue?
    do {
      try await eventually("") {
        let object = try await custom(kind, name)
        last = object?["status"]
        let ready = try await condition("Ready", kind, name)
        return ready?["reason"]?.string == reason.rawValue
          && ready?["observedGeneration"] == object?[["metadata", "generation"]]
      }
    } catch is NotInTime {
      throw NotInTime(
        description: "\(kind)/\(name) is not \(reason.rawValue): \(last?.jsonText ?? "no status")")
    }
  }

  func awaitGone(_ kind: String, _ name: String) async throws {
    try await eventually("\(kind)/\(name) is gone") { try await custom(kind, name) == nil }
  }

  /// Requests that change custom resources, as the controller made them.
  func kubernetesWrites() async -> [SandboxRequest] {
    let verbs = ["POST", "PUT", "PATCH", "APPLY", "DELETE"]
    return await kubernetes.faults.requests.filter { request in
      verbs.contains { request.operation.hasPrefix($0 + " teleport") }
    }
  }

  func eventReasons() async throws -> [String] {
    try await kubernetes.list("events").compactMap { $0["reason"]?.string }
  }

  private func plural(_ kind: String) -> String {
    let row = WatchedKind.all.first { $0.customResource.kind == kind }
    return row?.customResource.plural ?? kind
  }

  // MARK: - Teleport

  func spec(_ kind: String, _ name: String, _ path: String...) async throws -> JSONValue? {
    try await teleport.resource(kind, name)?[["spec"] + path]
  }

  /// Changes a resource as somebody with tctl would.
  func changeByHand(
    _ kind: String, _ name: String, _ change: (inout JSONValue) -> Void
  ) async throws {
    guard var resource = try await teleport.resource(kind, name) else {
      throw NotInTime(description: "Teleport has no \(kind) \(name)")
    }
    change(&resource)
    try await teleport.put(kind, resource)
  }

  func teleportWrites() async -> Int {
    await teleport.writes("role").total + teleport.writes("user").total
  }
}
