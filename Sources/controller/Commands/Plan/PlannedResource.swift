import Documents
import TeleportSchema

/// What `controller run` would do about one custom resource, to be shown.
struct PlannedResource: Hashable, Sendable {
  let kind: String
  let namespace: String
  let name: String
  var action = PlannedChanges.Action.none
  /// Why it stands as it stands: of the condition Ready, or of the event that will tell of it.
  var reason = ""
  /// The very words that the status will have.
  var message = ""
  var fields: [FieldDifference] = []
  /// In the order in which they are carried out.
  var effects: [String] = []
  var standing = Standing.inSync

  enum Standing: Hashable, Sendable {
    case inSync
    /// An annotation asks for it, or it is nothing that the controller watches.
    case leftAlone
    case changes
    /// Nothing will go on before a person has done something.
    case problem
  }

  var title: String { "\(kind) \(namespace)/\(name)" }
}

extension PlannedResource {
  init(_ plan: Plan, _ observation: Observation) throws(WireError) {
    let object = observation.object
    self.init(
      kind: object.kind, namespace: object.metadata.namespace ?? "", name: object.metadata.name)
    let changes = try PlannedChanges(plan, observation)
    fields = changes.fields.filter { field in
      !field.isOfHiddenSecret || Self.mayChangeSecrets(changes.action, plan, observation)
    }
    effects =
      plan.effects.map(\.word) + (Self.patchesStatus(plan, observation) ? ["patchStatus"] : [])
    // A write that changes nothing verifies what is there.
    action = changes.action == .update && fields.isEmpty ? .none : changes.action
    let touchesFinalizer = plan.effects.contains { !$0.isTeleportWrite }
    if action != .none || touchesFinalizer { standing = .changes }
    if let note = plan.notes.first {
      (reason, message) = note.words
    } else if let ready = Self.ready(plan, observation) {
      (reason, message) = (ready.reason, ready.message)
      if ready.isProblem { standing = .problem }
      if ready.reason == Reason.ignored.rawValue, standing == .inSync { standing = .leftAlone }
    } else if action == .leave {
      message = "Teleport does not have it any more."
    }
  }

  /// A manifest that cannot even be planned.
  init(kind: String, namespace: String, name: String, invalid message: String) {
    self.init(kind: kind, namespace: namespace, name: name)
    reason = Reason.invalidSpec.rawValue
    self.message = message
    standing = .problem
  }

  /// A manifest in a namespace that the controller does not watch.
  init(kind: String, outside namespace: String, name: String) {
    self.init(kind: kind, namespace: namespace, name: name)
    reason = "NotWatched"
    message = "This controller does not watch the namespace \(namespace)."
    standing = .leftAlone
  }

  private struct Ready {
    let reason: String
    let message: String
    let isProblem: Bool
  }

  /// The condition that the plan leads to, or that stays where it leads to none.
  private static func ready(_ plan: Plan, _ observation: Observation) -> Ready? {
    switch plan.outcome {
    case .status(let status):
      guard let ready = status.condition(.ready) else { return nil }
      let isProblem = ready.status == .no || ready.reason == .teleportUnreachable
      return Ready(
        reason: ready.reason.rawValue, message: ready.message, isProblem: isProblem)
    case .none:
      let conditions = observation.object.status["conditions"]?.array
      guard
        let ready = conditions?.first(where: { $0["type"]?.string == ConditionType.ready.rawValue })
      else { return nil }
      return Ready(
        reason: ready["reason"]?.string ?? "", message: ready["message"]?.string ?? "",
        isProblem: ready["status"]?.string == Condition.Status.no.rawValue
          && !observation.object.metadata.isBeingDeleted)
    case .verify, .lookAgain, .read: return nil
    }
  }

  /// Whether secrets that Teleport does not show may become others, as far as can be told.
  private static func mayChangeSecrets(
    _ action: PlannedChanges.Action, _ plan: Plan, _ observation: Observation
  ) -> Bool {
    let isAdoption = plan.notes.contains { if case .adopted = $0 { true } else { false } }
    if action != .update || isAdoption { return true }
    guard let verified = VerifiedHashes(status: observation.object.status),
      case .success(let declared) = observation.declaration
    else { return false }
    return verified.declared != declared.hash
  }

  private static func patchesStatus(_ plan: Plan, _ observation: Observation) -> Bool {
    switch plan.outcome {
    case .verify: true
    case .status(let status): status.patch(over: observation.object.status, now: "") != nil
    case .none, .lookAgain, .read: false
    }
  }
}

extension FieldDifference {
  /// Whether a secret is declared that Teleport does not show: whether it is the same cannot be seen.
  var isOfHiddenSecret: Bool { before == nil && after == ResourceSchema.redacted }
}

extension Plan.Effect {
  fileprivate var word: String {
    switch self {
    case .addFinalizer: "addFinalizer"
    case .create: "create"
    case .update: "update"
    case .delete: "delete"
    case .removeFinalizer: "removeFinalizer"
    }
  }
}

extension Plan.Note {
  /// The reason that the event will have, and its message, said beforehand.
  fileprivate var words: (String, String) {
    switch self {
    case .driftCorrected:
      ("DriftCorrected", "The resource was changed in Teleport; it is put back.")
    case .adopted(let owner):
      (
        "Adopted",
        "The resource in Teleport is taken over. It belongs to "
          + (owner.map { "\($0)." } ?? "nobody in Kubernetes.")
      )
    case .deleted: ("Deleted", "The resource is deleted in Teleport.")
    case .leftInTeleport(let reason):
      ("LeftInTeleport", "The resource is left as it is in Teleport: \(reason).")
    }
  }
}
