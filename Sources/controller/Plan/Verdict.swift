import TeleportClient
import TeleportSchema

/// What there is to say about a custom resource. Turns into conditions; all messages are made here.
enum Verdict: Sendable {
  /// Teleport holds what is declared.
  case inSync(isNew: Bool)
  case undeclared(DeclarationError)
  case notOwned
  case conflict(Owner)
  /// It would be adopted if it held these fields as declared.
  case notEqual([String])
  /// Somebody changed these fields in Teleport (none: deleted it), and that is to be left so.
  case drifted([String])
  /// Teleport took the write but does not hold these fields as declared.
  case notApplied([String])
  case unsupportedVersion(CustomResourceSchema.Version, serverMajor: Int)
  /// The cluster's licence does not include the kind.
  case unlicensed
  case planned([String])
  case ignored
  case deletionHeld(DeletionBrake.Stop)
  /// Teleport refuses to delete a role that these users have.
  case inUse(by: [String])
  /// There is no connection.
  case unreachable
  case failed(TeleportError, during: Operation)

  enum Operation: Sendable {
    case reading
    case writing
    case deleting
  }

  /// - Parameters:
  ///   - verified: what was verified; nil leaves what the status has.
  ///   - isFailure: whether it is tried again, and counted.
  func status(
    _ observation: Observation, verified: VerifiedHashes? = nil, isFailure: Bool = false
  ) -> ResourceStatus {
    let (ready, reason, message) = readiness(observation)
    let conditions =
      [Condition(type: .ready, status: ready, reason: reason, message: message)]
      + officialConditions(observation)
    var status = ResourceStatus(
      conditions: conditions.map(\.shortened),
      observedGeneration: observation.object.metadata.generation,
      verified: verified ?? VerifiedHashes(status: observation.object.status))
    status.isVerification = verified != nil
    if isFailure { status.failures = Retries.count(after: observation.failures) }
    if case .planned(let lines) = self { status.plan = lines }
    return status
  }
}

extension TeleportError {
  /// Whether it says nothing of the resource, only that Teleport could not be asked.
  var isUnreachable: Bool {
    switch code {
    case .unreachable, .deadlineExceeded, .untrustedServer, .certificateRejected, .cancelled: true
    default: false
    }
  }
}

extension DeclarationError {
  /// Whether it may get well without a change of the custom resource.
  var mayPass: Bool {
    switch self {
    case .invalid: false
    case .secret(let error): error.isRetryable
    }
  }
}
