import TeleportClient
import TeleportSchema

extension Verdict {
  /// Ready: True only for what has been verified.
  func readiness(_ observation: Observation) -> (Condition.Status, Reason, String) {
    switch self {
    case .inSync: (.yes, .inSync, "Teleport holds what is declared.")
    case .undeclared(.invalid(let error)): (.no, .invalidSpec, "\(error)")
    case .undeclared(.secret(let error)): (.no, .secretUnavailable, "\(error)")
    case .notOwned:
      (
        .no, .notOwned,
        "Teleport has a resource named \(observation.name) that this operator does not own. Nothing was changed. To "
          + "take it over, annotate this resource with \(OperatorName.adoptAnnotation)=IfEqual or Always, or give the "
          + "one in Teleport the label \(DeclaredResource.originLabel)=\(DeclaredResource.originKubernetes)."
      )
    case .conflict(let owner): conflict(owner, observation)
    case .notEqual(let paths):
      (
        .no, .notOwned,
        "Teleport's resource is not adopted, as \(OperatorName.adoptAnnotation)=IfEqual asks, because it differs in: "
          + paths.joined(separator: ", ")
      )
    case .drifted(let paths):
      (
        .no, .drifted,
        (paths.isEmpty
          ? "The resource was deleted in Teleport."
          : "Changed in Teleport: \(paths.joined(separator: ", ")).")
          + " It is left so, as the drift policy Report says."
      )
    case .notApplied(let paths):
      (
        .no, .notApplied,
        "Teleport accepted the write but does not hold as declared: \(paths.joined(separator: ", ")). Its version may "
          + "not know these fields, or it changes their values."
      )
    case .unsupportedVersion(let version, let major):
      (
        .no, .unsupportedByServer,
        (observation.schema.since > major
          ? "\(observation.object.kind)" : "Version \(version.teleportVersion)")
          + " needs Teleport \(version.since) or later; this is Teleport \(major)."
      )
    case .unlicensed:
      (
        .no, .unsupportedByServer,
        "This Teleport's licence does not include it: it takes the entitlement "
          + "\(observation.schema.entitlements.joined(separator: " or ")) of Teleport Enterprise."
      )
    case .planned(let lines):
      (
        .unknown, .planned,
        "Nothing was done, as \(OperatorName.planAnnotation) says; status.plan tells what would be: "
          + "\(lines.first ?? "none")."
      )
    case .ignored:
      (
        .unknown, .ignored,
        "Left alone, as \(OperatorName.ignoreAnnotation) says. Deleting this resource leaves Teleport's."
      )
    case .deletionHeld(let stop):
      (
        .no, .deletionHeld,
        "\(stop.wanted) of \(stop.total) resources of this kind are to be deleted at once, more than \(stop.limit). If "
          + "that is meant, annotate them with \(OperatorName.confirmDeletionAnnotation)=true; to keep them in Teleport, "
          + "with \(OperatorName.keepAnnotation)=true."
      )
    case .inUse(let users):
      (
        .no, .deletionBlocked,
        "Teleport does not delete a role that is in use. Users who have it: \(users.joined(separator: ", "))."
      )
    case .unreachable: unreachable("there is no connection", observation)
    case .failed(let error, let operation): failure(error, during: operation, observation)
    }
  }

  private func conflict(
    _ owner: Owner, _ observation: Observation
  ) -> (Condition.Status, Reason, String) {
    guard owner.isInSameCluster(as: observation.owner) else {
      return (
        .no, .conflict,
        "Teleport's resource belongs to \(owner) of another cluster (\(owner.cluster ?? "")). Nothing was changed. To "
          + "take it over, annotate this resource with \(OperatorName.adoptAnnotation)=Always."
      )
    }
    return (
      .no, .conflict,
      "Teleport's resource belongs to \(owner). Nothing was changed. Delete one of the two, or give it another name."
    )
  }

  private func unreachable(
    _ why: String, _ observation: Observation
  ) -> (Condition.Status, Reason, String) {
    let wayOut =
      observation.object.metadata.isBeingDeleted
      ? " The deletion waits for it; the annotation \(OperatorName.orphanAnnotation)=true lets this resource go without."
      : ""
    // What Teleport holds is not known until it answers again.
    return (.unknown, .teleportUnreachable, "Teleport could not be asked: \(why).\(wayOut)")
  }

  private func failure(
    _ error: TeleportError, during operation: Operation, _ observation: Observation
  ) -> (Condition.Status, Reason, String) {
    let detail = error.detail.isEmpty ? error.code.rawValue : error.detail
    if error.isUnreachable { return unreachable(detail, observation) }
    switch error.code {
    case .permissionDenied, .locked, .generationMismatch:
      return (.no, .permissionDenied, "Teleport does not allow the operator to do this: \(detail)")
    case .unimplemented:
      return (
        .no, .unsupportedByServer,
        "This Teleport does not know the kind \(observation.schema.kind), or not this use of it: \(detail)"
      )
    case .revisionConflict, .alreadyExists:
      return (
        .no, .concurrentChange, "The resource changed in Teleport meanwhile; trying again."
      )
    default:
      if case .deleting = operation {
        return (.no, .deletionBlocked, "Teleport refuses to delete the resource: \(detail)")
      }
      return (.no, .rejectedByTeleport, "Teleport refused: \(detail)")
    }
  }
}
