import FoundationEssentials
import Kubernetes
import Logging
import Metrics
import Operations
import TeleportClient
import TeleportSchema

/// Brings one custom resource and Teleport together: observe, plan, execute.
struct Reconciler: Sendable {
  /// How long one call may take; the lease must outlast it.
  static let callTimeout: Duration = .seconds(5)

  let client: KubernetesClient
  let link: TeleportLink
  let mirror: TeleportMirror
  let resources: ResourceMirror
  let unverified: UnverifiedWrites
  let fence: LeaseFence
  let events: EventRecorder
  let log: StateLog
  let now: @Sendable () -> Date

  /// What the queue has to know afterwards.
  enum Result: Hashable, Sendable {
    case done
    /// Try again, later each time.
    case retry
    /// Look again in a moment; nothing failed.
    case lookAgain
  }

  func reconcile(
    _ object: KubernetesObject, _ kind: WatchedKind
  ) async throws -> Result {
    guard let connection = await link.connection else { return .retry }
    let calls = ResourceCalls(connection, timeout: Self.callTimeout)
    let schema = kind.schema
    let declared = kind.declaration(of: object)
    var observation = Observation(
      object: object, schema: schema, declared: declared, live: nil,
      serverMajor: connection.server.major)
    let execution = Execution(
      client: client, calls: calls, mirror: mirror, resources: resources, fence: fence, kind: kind,
      object: object)
    if Planner.needsLive(observation) {
      do {
        observation.live = try await execution.live()
      } catch let error as TeleportError {
        return try await failed(error, during: .reading, observation, kind)
      }
    }
    observation.unverifiedWrite = unverified.write(kind.key(object))
    let plan = try Planner.plan(observation)

    do {
      let written = try await execution.perform(plan)
      return try await finish(plan, written, observation, kind)
    } catch let error as TeleportError {
      if Self.contradictsMirror(error) {
        mirror.forget(kind: schema.kind, name: object.metadata.name)
      }
      let operation: Verdict.Operation = plan.effects.contains(.delete) ? .deleting : .writing
      return try await failed(error, during: operation, observation, kind)
    }
  }

  /// Whether the error says that Teleport does not hold what the mirror says it holds.
  private static func contradictsMirror(_ error: TeleportError) -> Bool {
    switch error.code {
    case .revisionConflict, .alreadyExists, .notFound: true
    default: error.mayHaveTakenEffect
    }
  }

  // MARK: - Afterwards

  private func finish(
    _ plan: Plan, _ written: ResourceCalls.Written?, _ observation: Observation,
    _ kind: WatchedKind
  ) async throws -> Result {
    let key = kind.key(observation.object)
    if plan.correctsDrift { driftCorrected(observation) }
    switch plan.outcome {
    case .none:
      unverified.forget(key)
      return .done
    case .lookAgain:
      return .lookAgain
    case .status(let status):
      unverified.forget(key)
      try await patch(status, observation, kind)
      return plan.retries ? .retry : .done
    case .verify:
      guard case .success(let declared) = observation.declared else { return .done }
      guard case .resource(let live)? = written else {
        let hash = try kind.schema.managedHash(of: declared.bytes)
        unverified.wrote(key, declaredHash: hash, over: observation.live)
        return .lookAgain
      }
      unverified.forget(key)
      try await patch(Planner.verified(live, declared, observation), observation, kind)
      return .done
    }
  }

  private func failed(
    _ error: TeleportError, during operation: Verdict.Operation, _ observation: Observation,
    _ kind: WatchedKind
  ) async throws -> Result {
    try await patch(Verdict.failed(error, during: operation).status(observation), observation, kind)
    return .retry
  }

  /// Patches the status if it changes, and tells of it.
  private func patch(
    _ status: ResourceStatus, _ observation: Observation, _ kind: WatchedKind
  ) async throws {
    let object = observation.object
    let time = now().formatted(Date.ISO8601FormatStyle())
    report(status, observation, kind)
    guard let patch = status.patch(over: object.status, now: time) else { return }
    try fence.require(for: Self.callTimeout)
    do {
      let patched = try await client.mergePatch(
        kind.resource, object.key, patch, subresource: "status", timeout: Self.callTimeout)
      resources.record(patched, of: kind)
    } catch let error as KubernetesError where error.code == .notFound {
      // Gone meanwhile: there is nobody left to tell.
      return
    }
  }

  private func report(_ status: ResourceStatus, _ observation: Observation, _ kind: WatchedKind) {
    guard let ready = status.condition(.ready) else { return }
    let key = kind.key(observation.object)
    Counter(
      label: "teleport_operator_reconciles_total",
      dimensions: [("kind", kind.customResource.kind), ("reason", ready.reason.rawValue)]
    ).increment()
    let level: Logger.Level = ready.status == .yes ? .info : .warning
    log.record(
      key.description, "\(observation.object.metadata.generation) \(ready.message)", level,
      ready.reason.rawValue, metadata: ["resource": "\(key)", "message": "\(ready.message)"])
    let before = observation.object.status["conditions"]?.array?
      .first { $0["type"]?.string == ConditionType.ready.rawValue }
    if before?["reason"]?.string != ready.reason.rawValue {
      events.record(
        EventNote(
          ready.status == .yes ? .normal : .warning, ready.reason.rawValue, ready.message,
          about: .init(observation.object)))
    }
  }

  private func driftCorrected(_ observation: Observation) {
    Counter(
      label: "teleport_operator_drift_corrected_total",
      dimensions: [("kind", observation.schema.kind)]
    ).increment()
    events.record(
      EventNote(
        .warning, "DriftCorrected", "The resource was changed in Teleport; it was put back.",
        about: .init(observation.object)))
  }
}
