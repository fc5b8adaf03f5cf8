// The official operator's conditions, in its words.

extension Verdict {
  func officialConditions(_ observation: Observation) -> [Condition] {
    if case .undeclared(let error) = self {
      // Without a decoded resource there is nothing to say of the other two.
      return [
        Condition(
          type: .validStructure, status: .no, reason: .failedToDecode,
          message: "Failed to decode Kubernetes CR: \(error)")
      ]
    }
    let structure = Condition(
      type: .validStructure, status: .yes, reason: .noError,
      message: "Kubernetes CR was successfully decoded.")
    return [structure, ownership, reconciliation].compactMap { $0 }
  }

  private var ownership: Condition? {
    switch self {
    case .notOwned, .notEqual, .conflict:
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
    case .inSync, .notApplied, .drifted:
      Condition(
        type: .teleportResourceOwned, status: .yes, reason: .originLabelMatching,
        message: "Teleport Resource has the Kubernetes origin label.")
    default: nil
    }
  }

  private var reconciliation: Condition? {
    let error: String
    switch self {
    case .inSync:
      return Condition(
        type: .successfullyReconciled, status: .yes, reason: .noError,
        message:
          "Teleport Resource was successfully reconciled, no error was returned by Teleport.")
    // Nothing was tried.
    case .planned, .ignored: return nil
    case .notOwned, .notEqual: error = "unowned Resource already exists"
    case .conflict: error = "the Resource belongs to another custom resource"
    case .failed(let failure, _):
      error = failure.detail.isEmpty ? failure.code.rawValue : failure.detail
    case .drifted: error = "the Resource was changed in Teleport"
    case .notApplied: error = "not all fields were kept"
    case .unsupportedVersion: error = "the resource's version is not supported"
    case .unlicensed: error = "the licence does not include it"
    case .deletionHeld: error = "too many deletions at once"
    case .inUse: error = "the role is in use"
    case .unreachable: error = "not connected"
    case .undeclared(let failure): error = "\(failure)"
    }
    return Condition(
      type: .successfullyReconciled, status: .no, reason: .teleportError,
      message: "Teleport returned the error: \(error)")
  }
}
