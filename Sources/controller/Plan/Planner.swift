import Documents
import TeleportSchema

/// Decides what to do about a custom resource. Pure: no I/O, no clock.
enum Planner {
  static func plan(_ observation: Observation) throws(WireError) -> Plan {
    let metadata = observation.object.metadata
    if metadata.isBeingDeleted { return try deletion(observation) }
    if metadata.isTrue(OperatorName.ignoreAnnotation) { return Plan() }

    let declared: DeclaredResource
    switch observation.declared {
    case .success(let resource): declared = resource
    case .failure(let error):
      return Plan(outcome: .status(Verdict.invalid(error).status(observation)))
    }
    if declared.version.since > observation.serverMajor {
      let verdict = Verdict.unsupportedVersion(
        declared.version, serverMajor: observation.serverMajor)
      return Plan(outcome: .status(verdict.status(observation)))
    }
    if let live = observation.live, try !ResourceFacts(live).isOwnedByKubernetes {
      return Plan(outcome: .status(Verdict.notOwned.status(observation)), retries: true)
    }
    return try synchronization(of: declared, observation)
  }

  /// Whether the plan depends on what Teleport holds. Where it does not, Teleport need not be asked.
  static func needsLive(_ observation: Observation) -> Bool {
    let metadata = observation.object.metadata
    if metadata.isBeingDeleted {
      return metadata.finalizers.contains(OperatorName.finalizer) && !metadata.isLeftBehind
    }
    guard !metadata.isTrue(OperatorName.ignoreAnnotation),
      case .success(let declared) = observation.declared
    else { return false }
    return declared.version.since <= observation.serverMajor
  }

  // MARK: - Create and update

  private static func synchronization(
    of declared: DeclaredResource, _ observation: Observation
  ) throws(WireError) -> Plan {
    let schema = observation.schema
    let declaredHash = try schema.managedHash(of: declared.bytes)
    let finalizer: [Plan.Effect] =
      observation.object.metadata.finalizers.contains(OperatorName.finalizer)
      ? [] : [.addFinalizer]
    if let write = observation.unverifiedWrite, write.declaredHash == declaredHash {
      // A write always changes something in the message, if only its ID: the very bytes of before are a stale read,
      // even if all that is declared was there then too.
      let mayBeStale = write.mayStillShow && observation.live == write.replaced
      if let live = observation.live, !mayBeStale,
        try isFound(declared.bytes, in: live, schema)
      {
        let status = try verified(live, declared, observation)
        return Plan(effects: finalizer, outcome: .status(status))
      }
      if write.mayStillShow { return Plan(outcome: .lookAgain) }
    }
    guard let live = observation.live else {
      return Plan(effects: finalizer + [.create(declared.bytes)], outcome: .verify)
    }
    let seen = VerifiedHashes(declared: declaredHash, live: try schema.managedHash(of: live))
    let before = VerifiedHashes(status: observation.object.status)
    if seen == before {
      // Nothing has changed on either side since it was verified. The status may still have to say so.
      if isReported(observation) { return Plan(effects: finalizer) }
      let status = try verified(live, declared, observation)
      return Plan(effects: finalizer, outcome: .status(status))
    }
    let merged = try schema.merge(declared: declared.bytes, over: live)
    return Plan(
      effects: finalizer + [.update(merged)], outcome: .verify,
      correctsDrift: before?.declared == declaredHash)
  }

  /// Whether the status tells of this generation what a verification tells.
  private static func isReported(_ observation: Observation) -> Bool {
    let ready = observation.object.status["conditions"]?.array?.first {
      $0["type"]?.string == ConditionType.ready.rawValue
    }
    let outcomes = [Reason.inSync, .notApplied].map(\.rawValue)
    return outcomes.contains(ready?["reason"]?.string ?? "")
      && ready?["observedGeneration"]?.integer == observation.object.metadata.generation
  }

  /// The status after Teleport has said what it holds.
  static func verified(
    _ live: [UInt8], _ declared: DeclaredResource, _ observation: Observation
  ) throws(WireError) -> ResourceStatus {
    let schema = observation.schema
    let hashes = VerifiedHashes(
      declared: try schema.managedHash(of: declared.bytes),
      live: try schema.managedHash(of: live))
    let missing = try missing(declared.bytes, in: live, schema)
    let verdict: Verdict =
      missing.isEmpty ? .inSync(isNew: observation.live == nil) : .notApplied(missing)
    return verdict.status(observation, verified: hashes)
  }

  /// Paths of declared fields that Teleport does not hold as declared.
  private static func missing(
    _ declared: [UInt8], in live: [UInt8], _ schema: ResourceSchema
  ) throws(WireError) -> [String] {
    // What Teleport holds beyond the declaration are its defaults.
    let differences = FieldDifference.between(
      try schema.managedFields(of: declared), try schema.managedFields(of: live))
    return differences.filter { $0.before != nil }.map(\.path)
  }

  private static func isFound(
    _ declared: [UInt8], in live: [UInt8], _ schema: ResourceSchema
  ) throws(WireError) -> Bool {
    try missing(declared, in: live, schema).isEmpty
  }

  // MARK: - Deletion

  private static func deletion(_ observation: Observation) throws(WireError) -> Plan {
    let metadata = observation.object.metadata
    guard metadata.finalizers.contains(OperatorName.finalizer) else { return Plan() }
    guard !metadata.isLeftBehind, let live = observation.live,
      try ResourceFacts(live).isOwnedByKubernetes
    else {
      return Plan(effects: [.removeFinalizer])
    }
    return Plan(effects: [.delete, .removeFinalizer])
  }
}
