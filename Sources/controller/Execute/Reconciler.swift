import Kubernetes
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
  let observer: Observer
  let fence: LeaseFence
  let reporter: StatusReporter

  /// What the queue has to know afterwards.
  enum Result: String, Hashable, Sendable {
    case done
    /// Try again, later each time.
    case retry
    /// Look again in a moment; nothing failed.
    case lookAgain = "look_again"
  }

  /// - Parameter failures: how often in a row it has failed.
  func reconcile(
    _ object: KubernetesObject, _ kind: WatchedKind, failures: Int
  ) async throws -> Result {
    var outcome = "error"
    defer {
      let reason = reporter.ledger.verdict(of: kind.key(object))?.reason.rawValue ?? "None"
      ControllerMetrics.reconciles.increment(kind.customResource.kind, outcome, reason)
    }
    let result = try await attempt(object, kind, failures: failures)
    outcome = result.rawValue
    return result
  }

  private func attempt(
    _ object: KubernetesObject, _ kind: WatchedKind, failures: Int
  ) async throws -> Result {
    let connection = await link.connection
    let calls = connection.map { ResourceCalls($0, timeout: Self.callTimeout) }
    var observation = try await observer.observe(
      object, kind, server: connection?.server, failures: failures)
    var plan = try Planner.plan(observation)
    if plan.outcome == .read {
      guard let calls else { return .retry }
      do {
        let bytes = try await calls.get(observation.name, of: kind.schema)
        guard let seen = try observer.adding(read: bytes, to: observation) else {
          return .lookAgain
        }
        observation = seen
        plan = try Planner.plan(observation)
      } catch let error as TeleportError {
        // A call that was given up says nothing of Teleport.
        try Task.checkCancellation()
        plan = Planner.unreadable(error, observation)
      }
    }
    return try await execute(plan, observation, kind, calls)
  }

  private func execute(
    _ plan: Plan, _ observation: Observation, _ kind: WatchedKind, _ calls: ResourceCalls?
  ) async throws -> Result {
    let execution = Execution(
      client: client, calls: calls, mirror: mirror, resources: resources,
      fence: fence, kind: kind)
    do {
      let result = try await execution.perform(plan, on: observation.object)
      var observation = observation
      observation.object = result.object
      return try await finish(plan, result.written, observation, kind)
    } catch let error as TeleportError {
      try Task.checkCancellation()
      if Self.contradictsMirror(error) {
        mirror.forget(kind: kind.schema.kind, name: observation.name)
      }
      let verdict = await verdict(on: error, plan, observation, calls)
      try await reporter.patch(verdict.status(observation, isFailure: true), observation, kind)
      return .retry
    }
  }

  /// Whether the error says that Teleport does not hold what the mirror says it holds.
  private static func contradictsMirror(_ error: TeleportError) -> Bool {
    switch error.code {
    case .revisionConflict, .alreadyExists, .notFound: true
    default: error.mayHaveTakenEffect
    }
  }

  private func verdict(
    on error: TeleportError, _ plan: Plan, _ observation: Observation, _ calls: ResourceCalls?
  ) async -> Verdict {
    guard plan.effects.contains(.delete) else { return .failed(error, during: .writing) }
    if observation.schema.kind == "role", !error.isUnreachable, let calls {
      let users = await RoleHolders(calls: calls).names(of: observation.name)
      if !users.isEmpty { return .inUse(by: users) }
    }
    return .failed(error, during: .deleting)
  }

  private func finish(
    _ plan: Plan, _ written: ResourceCalls.Written?, _ observation: Observation,
    _ kind: WatchedKind
  ) async throws -> Result {
    let key = kind.key(observation.object)
    if plan.effects.contains(.delete),
      !observation.object.metadata.isTrue(
        OperatorName.confirmDeletionAnnotation)
    {
      observer.deletions.note(kind: kind.customResource.kind)
    }
    for note in plan.notes { reporter.tell(note, observation) }
    switch plan.outcome {
    case .none:
      observer.unverified.forget(key)
      reporter.unchanged(observation, kind)
      return plan.retries ? .retry : .done
    case .lookAgain, .read:
      return .lookAgain
    case .status(let status):
      observer.unverified.forget(key)
      try await reporter.patch(status, observation, kind)
      return plan.retries ? .retry : .done
    case .verify:
      guard case .success(let declared) = observation.declaration else { return .done }
      guard case .resource(let live)? = written else {
        observer.unverified.wrote(
          key, declaredHash: declared.hash, over: observation.live.bytes)
        return .lookAgain
      }
      observer.unverified.forget(key)
      try await reporter.patch(
        Planner.verified(live, declared, observation), observation, kind)
      return .done
    }
  }
}
