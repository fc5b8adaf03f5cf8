import Documents

/// What a delete asks for.
struct DeletionRequest: Sendable {
  var uid: String?
  var resourceVersion: String?
  /// Accepted for the sake of clients; there is no garbage collector here, so that nothing depends on it.
  var propagationPolicy: String?
  var isDryRun = false

  init() {}

  /// Reads `DeleteOptions`.
  init(options: JSONValue) {
    uid = options[["preconditions", "uid"]]?.string
    resourceVersion = options[["preconditions", "resourceVersion"]]?.string
    propagationPolicy = options["propagationPolicy"]?.string
    isDryRun = options["dryRun"]?.strings == ["All"]
  }

  /// What deleting this stored object comes to.
  ///
  /// - Throws: 409 where a precondition does not hold.
  func plan(on stored: JSONValue, resource: Resource, now: String) throws(APIStatus) -> WriteOutcome
  {
    try checkPreconditions(stored, resource)
    var object = stored
    var metadata = object["metadata"] ?? [:]
    let isKept =
      !(metadata["finalizers"]?.array ?? []).isEmpty || resource.storedAs == .namespaces
    guard isKept else { return WriteOutcome(effect: .remove, object: object) }
    if metadata["deletionTimestamp"] != nil {
      return WriteOutcome(effect: .none, object: object)
    }
    metadata["deletionTimestamp"] = .string(now)
    switch resource.storedAs {
    case .namespaces: object["status"] = ["phase": "Terminating"]
    case .customResourceDefinitions:
      object = DefinitionRules.terminating(object, now: now)
    default:
      metadata["deletionGracePeriodSeconds"] = 0
      if let generation = metadata["generation"]?.integer {
        metadata["generation"] = .integer(generation + 1)
      }
    }
    object["metadata"] = metadata
    return WriteOutcome(effect: .update, object: object)
  }

  private func checkPreconditions(_ stored: JSONValue, _ resource: Resource) throws(APIStatus) {
    let metadata = stored["metadata"]
    let name = metadata?["name"]?.string ?? ""
    // Here, unlike everywhere else, upstream names the kind.
    let subject = GroupResource(group: resource.id.group, plural: resource.kind)
    let ownUID = metadata?["uid"]?.string ?? ""
    let ownVersion = metadata?["resourceVersion"]?.string ?? ""
    if let uid, uid != ownUID {
      throw .conflict(
        subject, name: name,
        because: "the UID in the precondition (\(uid)) does not match the UID in record "
          + "(\(ownUID)). The object might have been deleted and then recreated")
    }
    if let resourceVersion, resourceVersion != ownVersion {
      throw .conflict(
        subject, name: name,
        because: "the ResourceVersion in the precondition (\(resourceVersion)) does not match the "
          + "ResourceVersion in record (\(ownVersion)). The object might have been modified")
    }
  }
}
