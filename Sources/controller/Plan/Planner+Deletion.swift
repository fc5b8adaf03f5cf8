import TeleportSchema

extension Planner {
  static func deletion(_ observation: Observation, _ policy: ResourcePolicy) -> Plan {
    guard observation.object.metadata.finalizers.contains(OperatorName.finalizer) else {
      return Plan()
    }
    if policy.isOrphaned { return leave("\(OperatorName.orphanAnnotation) says so") }
    if policy.isKept { return leave("\(OperatorName.keepAnnotation) says so") }
    if policy.isIgnored { return leave("\(OperatorName.ignoreAnnotation) says so") }
    guard let major = observation.serverMajor else {
      return say(.unreachable, observation, retries: true)
    }
    // There can be none that could be asked for.
    if observation.schema.since > major { return leave("this Teleport does not know the kind") }
    switch observation.live {
    case .unknown: return Plan(outcome: .read)
    case .absent: return Plan(effects: [.removeFinalizer])
    case .known(let live), .read(let live, _):
      guard Claim(of: live.facts, by: observation.owner).isOurs else {
        return leave("it belongs to somebody else")
      }
    }
    if let stop = observation.brake, !policy.isDeletionConfirmed {
      return say(.deletionHeld(stop), observation, retries: true)
    }
    return Plan(effects: [.delete, .removeFinalizer], notes: [.deleted])
  }

  private static func leave(_ reason: String) -> Plan {
    Plan(effects: [.removeFinalizer], notes: [.leftInTeleport(because: reason)])
  }
}
