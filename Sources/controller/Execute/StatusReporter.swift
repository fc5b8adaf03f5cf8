import Documents
import FoundationEssentials
import Kubernetes
import Logging
import Operations

/// Writes statuses, and tells of them in events, the log and the metrics.
struct StatusReporter: Sendable {
  let client: KubernetesClient
  let resources: ResourceMirror
  let fence: LeaseFence
  let events: EventRecorder
  let log: StateLog
  let ledger: VerificationLedger
  let now: @Sendable () -> Date

  /// Patches the status if it changes, and tells of it.
  func patch(
    _ status: ResourceStatus, _ observation: Observation, _ kind: WatchedKind
  ) async throws {
    let object = observation.object
    let time = now().formatted(Date.ISO8601FormatStyle())
    guard var patch = status.patch(over: object.status, now: time) else {
      report(status, observation, kind)
      return
    }
    // Before anybody is told: an Event is a write, too.
    try fence.require(for: Reconciler.callTimeout)
    report(status, observation, kind)
    // Conditions of others are in the list, which is replaced whole: it must be the newest.
    patch["metadata"] = [
      "uid": .string(object.metadata.uid),
      "resourceVersion": .string(object.metadata.resourceVersion),
    ]
    do {
      let patched = try await client.mergePatch(
        kind.resource, object.key, patch, subresource: "status", timeout: Reconciler.callTimeout)
      resources.record(patched, of: kind)
    } catch let error as KubernetesError where error.code == .notFound {
      // Gone meanwhile: there is nobody left to tell.
      return
    }
  }

  private func report(_ status: ResourceStatus, _ observation: Observation, _ kind: WatchedKind) {
    guard let ready = status.condition(.ready) else { return }
    let key = kind.key(observation.object)
    ledger.note(
      key, .init(ready: ready.status, reason: ready.reason), isVerification: ready.reason.isOfSeen)
    let level: Logger.Level = ready.status == .no ? .warning : .info
    log.record(
      key.description, "\(observation.object.metadata.generation) \(ready.message)", level,
      ready.reason.rawValue, metadata: ["resource": "\(key)", "message": "\(ready.message)"])
    let before = observation.object.status["conditions"]?.array?
      .first { $0["type"]?.string == ConditionType.ready.rawValue }
    if before?["reason"]?.string != ready.reason.rawValue {
      if ready.reason == .drifted { ControllerMetrics.driftFound.increment(key.kind) }
      events.record(
        EventNote(
          ready.status == .no ? .warning : .normal, ready.reason.rawValue, ready.message,
          about: .init(observation.object)))
    }
  }

  /// Nothing has changed since the status was written.
  func unchanged(_ observation: Observation, _ kind: WatchedKind) {
    let ready = observation.object.status["conditions"]?.array?
      .first { $0["type"]?.string == ConditionType.ready.rawValue }
    guard let status = ready?["status"]?.string.flatMap(Condition.Status.init),
      let reason = ready?["reason"]?.string.flatMap(Reason.init)
    else { return }
    ledger.note(
      kind.key(observation.object), .init(ready: status, reason: reason), isVerification: true)
  }

  /// Tells of what was done beyond what the status says.
  func tell(_ note: Plan.Note, _ observation: Observation) {
    switch note {
    case .driftCorrected:
      ControllerMetrics.driftFound.increment(observation.object.kind)
      ControllerMetrics.driftCorrected.increment(observation.object.kind)
      tell(
        .warning, "DriftCorrected", "The resource was changed in Teleport; it was put back.",
        observation)
    case .adopted(let owner):
      let from = owner.map { " It belonged to \($0)." } ?? ""
      tell(.normal, "Adopted", "The resource in Teleport was taken over.\(from)", observation)
    case .deleted:
      tell(.normal, "Deleted", "The resource was deleted in Teleport.", observation)
    case .leftInTeleport(let reason):
      tell(
        .normal, "LeftInTeleport", "The resource was left as it is in Teleport: \(reason).",
        observation)
    }
  }

  private func tell(
    _ type: EventNote.Kind, _ reason: String, _ message: String, _ observation: Observation
  ) {
    events.record(EventNote(type, reason, message, about: .init(observation.object)))
  }
}
