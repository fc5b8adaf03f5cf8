import Documents

extension ObjectWriter {
  /// - Parameter ownership: who owns what, where an apply has worked that out already.
  func planUpdate(
    _ object: JSONValue, of live: JSONValue, ownership: Ownership? = nil, warnings: [String] = []
  ) throws(APIStatus) -> WriteOutcome {
    try checkPreconditions(object, live)
    var owned = ownership ?? givenOwnership(object, live)
    var object = object
    confine(&object, to: live)
    keepMetadata(of: live, in: &object)
    object = resource.storable(schema.defaulted(object), in: request.version)
    BuiltInRules.prepareForUpdate(&object, from: live, resource: resource, now: stamp.now)
    if resource.rules.hasGeneration, !request.isStatus, differsInSpec(object, live) {
      let generation = live[["metadata", "generation"]]?.integer ?? 0
      object["metadata"]?["generation"] = .integer(generation + 1)
    }

    let problems = problems(in: object, old: live)
    let warnings = warnings + MetadataRules.warnings(about: object)
    if !problems.isEmpty { throw invalid(problems) }

    // Owners that were cleared are not tracked again before somebody applies.
    if ownership == nil, !owned.entries.isEmpty {
      owned.noteUpdate(
        from: Self.withoutBookkeeping(live), to: Self.withoutBookkeeping(object), schema: schema,
        by: writer(.update))
    }
    object["metadata"]?["managedFields"] = owned.json
    return WriteOutcome(
      effect: effect(of: object, on: live), object: resource.stored(from: object),
      warnings: warnings)
  }

  private func effect(of object: JSONValue, on live: JSONValue) -> WriteOutcome.Effect {
    if BuiltInRules.isReadyToGo(object, resource: resource) { return .remove }
    return object == live ? .none : .update
  }

  private func checkPreconditions(_ object: JSONValue, _ live: JSONValue) throws(APIStatus) {
    let name = request.name
    let given = object["metadata"]
    let current = live["metadata"]
    if let uid = given?["uid"]?.string, !uid.isEmpty, let own = current?["uid"]?.string, uid != own
    {
      guard case .replace = request.content else {
        throw invalid([.invalid("metadata.uid", .string(uid), "field is immutable")])
      }
      let key = ObjectKey(of: live).path
      throw .conflict(
        resource.id, name: name,
        because: "StorageError: invalid object, Code: 4, Key: /registry/\(resource.id.group)/"
          + "\(resource.id.plural)/\(key), ResourceVersion: 0, AdditionalErrorMsg: Precondition "
          + "failed: UID in precondition: \(uid), UID in object meta: \(own)")
    }
    if let version = given?["resourceVersion"]?.string, !version.isEmpty,
      version != current?["resourceVersion"]?.string
    {
      throw .staleVersion(resource.id, name: name)
    }
  }

  /// A write to the object leaves its status, a write to the status leaves everything else.
  private func confine(_ object: inout JSONValue, to live: JSONValue) {
    if request.isStatus {
      let status = object["status"]
      object = live
      object["status"] = status
    } else if request.version.hasStatus {
      object["status"] = live["status"]
    }
  }

  /// What the server keeps in metadata is not for writers to change.
  private func keepMetadata(of live: JSONValue, in object: inout JSONValue) {
    var metadata = object["metadata"] ?? [:]
    for field in [
      "name", "namespace", "creationTimestamp", "uid", "resourceVersion", "generation",
      "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generateName",
    ] { metadata[field] = live["metadata"]?[field] }
    for (field, value) in metadata.object ?? [:] where value.isNull { metadata[field] = nil }
    for field in ["labels", "annotations", "finalizers", "ownerReferences"] {
      let isEmpty = metadata[field]?.object?.isEmpty ?? metadata[field]?.array?.isEmpty ?? false
      if isEmpty { metadata[field] = nil }
    }
    object["metadata"] = metadata
  }

  private func differsInSpec(_ object: JSONValue, _ live: JSONValue) -> Bool {
    func spec(_ value: JSONValue) -> JSONValue {
      var value = value
      for field in ["metadata", "apiVersion", "kind"] { value[field] = nil }
      if request.version.hasStatus { value["status"] = nil }
      return value
    }
    return spec(object) != spec(live)
  }

  /// `managedFields` may be edited; leaving them out leaves them alone, a list of one empty entry clears them.
  private func givenOwnership(_ object: JSONValue, _ live: JSONValue) -> Ownership {
    let current = Ownership(live["metadata"]?["managedFields"])
    guard !request.isStatus, let given = object["metadata"]?["managedFields"] else {
      return current
    }
    if given == [[:]] { return Ownership(nil) }
    let ownership = Ownership(given)
    return ownership.entries.isEmpty ? current : ownership
  }

  static func withoutBookkeeping(_ object: JSONValue) -> JSONValue {
    var object = object
    object["metadata"]?["managedFields"] = nil
    object["metadata"]?["resourceVersion"] = nil
    return object
  }
}
