import Documents

extension ObjectWriter {
  /// - Parameter ownership: who owns what, where that is known already; else the writer owns all.
  func planCreate(
    _ object: JSONValue, ownership: Ownership?, warnings: [String]
  ) throws(APIStatus) -> WriteOutcome {
    var object = object
    if request.version.hasStatus { object["status"] = nil }
    object["metadata"] = .object(try newMetadata(object["metadata"]?.object ?? [:]))
    object = resource.storable(schema.defaulted(object), in: request.version)
    BuiltInRules.prepareForCreate(&object, resource: resource, now: stamp.now)

    let problems = problems(in: object, old: nil)
    let warnings = warnings + MetadataRules.warnings(about: object)
    let name = object[["metadata", "name"]]?.string ?? ""
    if !problems.isEmpty { throw invalid(problems, name: name) }

    var owned = ownership ?? Ownership(nil)
    if ownership == nil {
      owned.noteUpdate(
        from: BuiltInRules.skeleton(of: resource), to: object, schema: schema,
        by: writer(.update))
    }
    object["metadata"]?["managedFields"] = owned.json
    return WriteOutcome(
      effect: .create, object: resource.stored(from: object), warnings: warnings)
  }

  private func newMetadata(
    _ given: [String: JSONValue]
  ) throws(APIStatus) -> [String: JSONValue] {
    var metadata = given
    if !(metadata["resourceVersion"]?.string ?? "").isEmpty {
      throw APIStatus(
        code: 500, reason: "", message: "resourceVersion should not be set on objects to be created"
      )
    }
    for field in [
      "resourceVersion", "selfLink", "managedFields", "deletionTimestamp",
      "deletionGracePeriodSeconds", "generation",
    ] { metadata[field] = nil }
    if (metadata["name"]?.string ?? "").isEmpty, !request.name.isEmpty {
      metadata["name"] = .string(request.name)
    }
    if (metadata["name"]?.string ?? "").isEmpty, let prefix = metadata["generateName"]?.string {
      metadata["name"] = .string(prefix.prefix(58) + stamp.suffix)
    }
    if case .apply = request.content, let uid = metadata["uid"]?.string, !uid.isEmpty {
      throw .conflict(
        resource.id, name: request.name,
        because: "uid mismatch: the provided object specified uid \(uid), and no existing object "
          + "was found")
    }
    metadata["namespace"] = resource.isNamespaced ? .string(request.namespace) : nil
    metadata["uid"] = .string(stamp.uid)
    metadata["creationTimestamp"] = .string(stamp.now)
    if resource.rules.hasGeneration { metadata["generation"] = 1 }
    return metadata.filter { !$0.value.isNull }
  }

  /// Everything that validation finds; flaws that an update leaves as they were are let pass.
  func problems(in object: JSONValue, old: JSONValue?) -> [FieldProblem] {
    var problems = MetadataRules.problems(in: object, old: old, resource: resource)
    problems += BuiltInRules.problems(
      in: object, old: old, resource: resource)
    guard resource.rules.isCustom else { return problems }
    let found = schemaProblems(in: object)
    guard !found.isEmpty, let old else { return problems + found }
    let known = Set(schemaProblems(in: old))
    return problems + found.filter { !known.contains($0) }
  }

  /// A write to the status is judged by the status alone, whose path the messages then leave out.
  private func schemaProblems(in object: JSONValue) -> [FieldProblem] {
    guard request.isStatus else { return schema.problems(in: object) }
    guard let status = object["status"], let schema = schema.properties["status"] else { return [] }
    return schema.problems(in: status).map { problem in
      FieldProblem(
        reason: problem.reason, field: "status".appending(field: problem.field),
        message: problem.message)
    }
  }
}
