import TeleportClient
import TeleportSchema

/// What there is to say about a custom resource. Turns into conditions; all messages are made here.
enum Verdict: Sendable {
  /// Teleport holds what is declared.
  case inSync(isNew: Bool)
  case invalid(SchemaError)
  case notOwned
  /// Teleport took the write but does not hold these fields as declared.
  case notApplied([String])
  case unsupportedVersion(CustomResourceSchema.Version, serverMajor: Int)
  case failed(TeleportError, during: Operation)

  enum Operation: Sendable {
    case reading
    case writing
    case deleting
  }

  /// - Parameter verified: what was verified; nil leaves what the status has.
  func status(_ observation: Observation, verified: VerifiedHashes? = nil) -> ResourceStatus {
    ResourceStatus(
      conditions: conditions(observation).map(\.shortened),
      observedGeneration: observation.object.metadata.generation,
      verified: verified ?? VerifiedHashes(status: observation.object.status))
  }

  private func conditions(_ observation: Observation) -> [Condition] {
    let (ready, reason, message) = readiness(observation.name)
    var conditions = [Condition(type: .ready, status: ready, reason: reason, message: message)]
    if case .invalid(let error) = self {
      // Without a decoded resource there is nothing to say of the other two.
      return conditions + [
        Condition(
          type: .validStructure, status: .no, reason: .failedToDecode,
          message: "Failed to decode Kubernetes CR: \(error)")
      ]
    }
    conditions.append(
      Condition(
        type: .validStructure, status: .yes, reason: .noError,
        message: "Kubernetes CR was successfully decoded."))
    if let ownership { conditions.append(ownership) }
    conditions.append(reconciliation)
    return conditions
  }

  /// Ready: True only for what has been verified.
  private func readiness(_ name: String) -> (Condition.Status, Reason, String) {
    switch self {
    case .inSync: (.yes, .inSync, "Teleport holds what is declared.")
    case .invalid(let error): (.no, .invalidSpec, "\(error)")
    case .notOwned:
      (
        .no, .notOwned,
        "Teleport has a resource named \(name) that this operator does not own. Nothing was changed. To hand it over, "
          + "give it the label \(DeclaredResource.originLabel)=\(DeclaredResource.originKubernetes) in Teleport."
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
        "Version \(version.teleportVersion) needs Teleport \(version.since) or later; this is Teleport \(major)."
      )
    case .failed(let error, let operation): failure(error, during: operation)
    }
  }

  private func failure(
    _ error: TeleportError, during operation: Operation
  ) -> (Condition.Status, Reason, String) {
    let detail = error.detail.isEmpty ? error.code.rawValue : error.detail
    switch error.code {
    case .unreachable, .deadlineExceeded, .untrustedServer, .certificateRejected, .cancelled:
      // What Teleport holds is not known until it answers again.
      return (.unknown, .teleportUnreachable, "Teleport could not be asked: \(detail)")
    case .permissionDenied, .locked, .generationMismatch:
      return (.no, .permissionDenied, "Teleport does not allow the operator to do this: \(detail)")
    case .revisionConflict, .alreadyExists:
      return (.no, .conflict, "The resource changed in Teleport meanwhile; trying again.")
    default:
      if case .deleting = operation {
        return (.no, .deletionBlocked, "Teleport refuses to delete the resource: \(detail)")
      }
      return (.no, .rejectedByTeleport, "Teleport refused: \(detail)")
    }
  }

  private var ownership: Condition? {
    switch self {
    case .notOwned:
      Condition(
        type: .teleportResourceOwned, status: .no, reason: .originLabelNotMatching,
        message:
          "A Resource with the same name already exists in Teleport and does not have the Kubernetes origin label. "
          + "Refusing to reconcile.")
    case .inSync(isNew: true):
      Condition(
        type: .teleportResourceOwned, status: .yes, reason: .newResource,
        message:
          "No existing Teleport Resource found with that name. The created Resource is owned by the operator."
      )
    case .inSync, .notApplied:
      Condition(
        type: .teleportResourceOwned, status: .yes, reason: .originLabelMatching,
        message: "Teleport Resource has the Kubernetes origin label.")
    case .invalid, .unsupportedVersion, .failed: nil
    }
  }

  private var reconciliation: Condition {
    let error: String
    switch self {
    case .inSync:
      return Condition(
        type: .successfullyReconciled, status: .yes, reason: .noError,
        message:
          "Teleport Resource was successfully reconciled, no error was returned by Teleport.")
    case .notOwned: error = "unowned Resource already exists"
    case .failed(let failure, _):
      error = failure.detail.isEmpty ? failure.code.rawValue : failure.detail
    case .notApplied: error = "not all fields were kept"
    case .unsupportedVersion: error = "the resource's version is not supported"
    case .invalid: error = "invalid"
    }
    return Condition(
      type: .successfullyReconciled, status: .no, reason: .teleportError,
      message: "Teleport returned the error: \(error)")
  }
}
