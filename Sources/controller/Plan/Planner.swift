import Documents
import TeleportClient
import TeleportSchema

/// Decides what to do about a custom resource. Pure: no I/O, no clock.
enum Planner {
  static func plan(_ observation: Observation) throws(WireError) -> Plan {
    let policy: ResourcePolicy
    do throws(SchemaError) {
      policy = try ResourcePolicy(observation.object.metadata, observation.defaults)
    } catch {
      return say(.undeclared(.invalid(error)), observation)
    }
    let plan = try plan(observation, policy)
    guard policy.isPlanOnly, !plan.effects.isEmpty, plan.outcome != .read else { return plan }
    return say(.planned(try PlannedChanges(plan, observation).lines), observation)
  }

  private static func plan(
    _ observation: Observation, _ policy: ResourcePolicy
  ) throws(WireError) -> Plan {
    if observation.object.metadata.isBeingDeleted { return deletion(observation, policy) }
    if policy.isIgnored { return say(.ignored, observation) }

    let declared: Declaration
    switch observation.declaration {
    case .success(let declaration): declared = declaration
    case .failure(let error): return say(.undeclared(error), observation, retries: error.mayPass)
    }
    guard let major = observation.serverMajor else {
      // What was verified is still believed; what waits to be written should say why.
      return isReported(observation) ? Plan() : say(.unreachable, observation, retries: true)
    }
    let version = declared.resource.version
    if version.since > major {
      return say(.unsupportedVersion(version, serverMajor: major), observation)
    }
    if observation.isUnlicensed { return say(.unlicensed, observation) }
    if observation.live == .unknown { return Plan(outcome: .read) }
    if let refusal = try refusal(of: declared, observation, policy) { return refusal }
    return try synchronization(of: declared, observation, policy)
  }

  /// What to do when Teleport could not be read.
  static func unreadable(_ error: TeleportError, _ observation: Observation) -> Plan {
    // An outage would otherwise be two writes for each of thousands of resources, to say nothing new.
    if error.isUnreachable, isReported(observation), !observation.object.metadata.isBeingDeleted {
      return Plan(retries: true)
    }
    return say(.failed(error, during: .reading), observation, retries: true)
  }

  static func say(
    _ verdict: Verdict, _ observation: Observation, retries: Bool = false
  ) -> Plan {
    Plan(outcome: .status(verdict.status(observation, isFailure: retries)), retries: retries)
  }

  // MARK: - Ownership

  /// Why what is there may not be touched; nil where it may.
  private static func refusal(
    of declared: Declaration, _ observation: Observation, _ policy: ResourcePolicy
  ) throws(WireError) -> Plan? {
    guard let live = observation.live.resource else { return nil }
    let claim = Claim(of: live.facts, by: observation.owner)
    let verdict: Verdict
    switch claim {
    case .mine, .unclaimed: return nil
    case .another(let owner) where owner.isInSameCluster(as: observation.owner):
      switch observation.claimantExists {
      // Two who want it both would change it for ever.
      case true?: return say(.conflict(owner), observation, retries: true)
      // A kind that was replaced by another, a namespace that was renamed.
      case false?: return nil
      case nil: verdict = .conflict(owner)
      }
    case .another(let owner): verdict = .conflict(owner)
    case .foreign: verdict = .notOwned
    }
    switch policy.adoption {
    case .always: return nil
    case .never: return say(verdict, observation, retries: true)
    case .ifEqual:
      guard let bytes = observation.live.bytes else { return Plan(outcome: .read) }
      let differences = try PlannedChanges.besidesOwnership(
        declared.bytes, over: bytes, observation)
      if differences.isEmpty { return nil }
      return say(.notEqual(differences), observation, retries: true)
    }
  }

  // MARK: - Create and update

  private static func synchronization(
    of declared: Declaration, _ observation: Observation, _ policy: ResourcePolicy
  ) throws(WireError) -> Plan {
    let finalizer: [Plan.Effect] =
      observation.object.metadata.finalizers.contains(OperatorName.finalizer)
      ? [] : [.addFinalizer]
    if let write = observation.unverifiedWrite, write.declaredHash == declared.hash {
      if let plan = try waiting(for: write, of: declared, observation, finalizer) { return plan }
    }
    let before = VerifiedHashes(status: observation.object.status)
    let isDrift = before?.declared == declared.hash
    guard let live = observation.live.resource else {
      if isDrift, policy.drift == .report {
        return Plan(
          effects: finalizer, outcome: .status(Verdict.drifted([]).status(observation)))
      }
      return Plan(
        effects: finalizer + [.create(declared.bytes)], outcome: .verify,
        notes: isDrift ? [.driftCorrected] : [])
    }
    let isVerified = before == VerifiedHashes(declared: declared.hash, live: live.hash)
    // Nothing has changed on either side since it was verified.
    if isVerified, isReported(observation) { return Plan(effects: finalizer) }
    guard let bytes = observation.live.bytes else { return Plan(outcome: .read) }
    if isVerified {
      // The status still has to say so.
      return Plan(
        effects: finalizer, outcome: .status(try verified(bytes, declared, observation)))
    }
    if isDrift, policy.drift == .report {
      let fields = try PlannedChanges.missing(declared.bytes, in: bytes, observation.schema)
      return Plan(
        effects: finalizer,
        outcome: .status(Verdict.drifted(fields.isEmpty ? ["spec"] : fields).status(observation)))
    }
    let merged = try observation.schema.merge(declared: declared.bytes, over: bytes)
    var notes: [Plan.Note] = []
    switch Claim(of: live.facts, by: observation.owner) {
    case .mine, .unclaimed: if isDrift { notes.append(.driftCorrected) }
    case .another(let owner): notes.append(.adopted(from: owner))
    case .foreign: notes.append(.adopted(from: nil))
    }
    return Plan(effects: finalizer + [.update(merged)], outcome: .verify, notes: notes)
  }

  /// What to do while a server has not said what came of a write; nil where it is lost after all.
  private static func waiting(
    for write: Observation.UnverifiedWrite, of declared: Declaration, _ observation: Observation,
    _ finalizer: [Plan.Effect]
  ) throws(WireError) -> Plan? {
    if case .known = observation.live { return Plan(outcome: .read) }
    // A write always changes something in the message, if only its ID: the very bytes of before are a stale read, even
    // if all that is declared was there then too.
    let mayBeStale = write.mayStillShow && observation.live.bytes == write.replaced
    if let bytes = observation.live.bytes, !mayBeStale,
      try PlannedChanges.missing(declared.bytes, in: bytes, observation.schema).isEmpty
    {
      return Plan(
        effects: finalizer, outcome: .status(try verified(bytes, declared, observation)))
    }
    return write.mayStillShow ? Plan(outcome: .lookAgain) : nil
  }

  /// Whether the status tells of this generation what a verification tells.
  static func isReported(_ observation: Observation) -> Bool {
    let ready = observation.object.status["conditions"]?.array?.first {
      $0["type"]?.string == ConditionType.ready.rawValue
    }
    let outcomes = [Reason.inSync, .notApplied].map(\.rawValue)
    return outcomes.contains(ready?["reason"]?.string ?? "")
      && ready?["observedGeneration"]?.integer == observation.object.metadata.generation
  }

  /// The status after Teleport has said what it holds.
  static func verified(
    _ live: [UInt8], _ declared: Declaration, _ observation: Observation
  ) throws(WireError) -> ResourceStatus {
    let schema = observation.schema
    let hashes = VerifiedHashes(
      declared: declared.hash, live: try schema.managedHash(of: live))
    let missing = try PlannedChanges.missing(declared.bytes, in: live, schema)
    let verdict: Verdict =
      missing.isEmpty ? .inSync(isNew: observation.live == .absent) : .notApplied(missing)
    return verdict.status(observation, verified: hashes)
  }
}
