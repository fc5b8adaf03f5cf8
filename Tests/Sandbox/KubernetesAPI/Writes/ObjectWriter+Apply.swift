import Documents

extension ObjectWriter {
  /// Server-side apply; `live` is nil where the object is to come into being.
  func planApply(
    _ configuration: JSONValue, to live: JSONValue?, isForced: Bool
  ) throws(APIStatus) -> WriteOutcome {
    var configuration = try typed(configuration)
    confineToSubresource(&configuration)
    let given = configuration[["metadata", "resourceVersion"]]
    let base = live.map(Self.withoutBookkeeping) ?? [:]
    var ownership = Ownership(live?["metadata"]?["managedFields"])
    if live != nil && ownership.entries.isEmpty {
      var owned = base
      confineToSubresource(&owned)
      ownership.assumeFormerOwner(of: owned, schema: schema, writer(.update))
    }
    let isKubectl = request.manager == LastApplied.manager
    var object: JSONValue
    do throws(Ownership.ApplyFailure) {
      object = try ownership.apply(
        Self.withoutBookkeeping(configuration), to: base, schema: schema,
        yielded: isKubectl ? LastApplied.yielded(by: base, schema: schema) : [],
        by: writer(.apply), isForced: isForced)
    } catch {
      throw ApplyConflicts.status(error.conflicts)
    }
    if isKubectl { LastApplied.refresh(&object, with: configuration) }
    object["apiVersion"] = .string(apiVersion)
    object["kind"] = .string(resource.kind)
    guard let live else {
      return try planCreate(object, ownership: ownership, warnings: [])
    }
    object["metadata"]?["resourceVersion"] = given
    return try planUpdate(object, of: live, ownership: ownership)
  }

  /// - Throws: 400 for a body that is about something else, 500 where it does not fit the schema, as upstream.
  private func typed(_ configuration: JSONValue) throws(APIStatus) -> JSONValue {
    guard configuration["metadata"]?["managedFields"] == nil else {
      throw .badRequest("metadata.managedFields must be nil")
    }
    guard configuration["kind"] != nil, configuration["apiVersion"] != nil else {
      throw .badRequest("invalid object type: /, Kind=")
    }
    let flaws = TypedFlaws.texts(in: configuration, schema: schema)
    if !flaws.isEmpty {
      let metadata = configuration["metadata"]
      let place = (metadata?["namespace"]?.string ?? "") + "/" + configuration.name
      throw APIStatus(
        code: 500, reason: "",
        message: "failed to create typed patch object (\(place); \(apiVersion), "
          + "Kind=\(resource.kind)): "
          + (flaws.count == 1 ? flaws[0] : "errors:\n  " + flaws.joined(separator: "\n  ")))
    }
    return try decode(configuration).object
  }

  /// Fields that the request cannot write are neither merged nor owned.
  private func confineToSubresource(_ configuration: inout JSONValue) {
    if request.isStatus {
      let status = configuration["status"]
      configuration = ["metadata": configuration["metadata"]?.identityOnly ?? [:]]
      configuration["status"] = status
    } else if request.version.hasStatus {
      configuration["status"] = nil
    }
  }
}

/// The 409 that tells an applier whose fields it would change.
enum ApplyConflicts {
  static func status(_ conflicts: [Ownership.Conflict]) -> APIStatus {
    let sorted = conflicts.sorted {
      let subjects = (subject($0.entry), subject($1.entry))
      return subjects.0 == subjects.1
        ? FieldPath.precedes($0.path, $1.path) : subjects.0 < subjects.1
    }
    var status = APIStatus(code: 409, reason: "Conflict", message: message(sorted))
    status.causes = sorted.map {
      .init(
        reason: "FieldManagerConflict", message: "conflict with \(subject($0.entry))",
        field: $0.path.description)
    }
    return status
  }

  private static func message(_ conflicts: [Ownership.Conflict]) -> String {
    if let only = conflicts.first, conflicts.count == 1 {
      return "Apply failed with 1 conflict: conflict with \(subject(only.entry)): \(only.path)"
    }
    var lines: [String] = []
    for (index, conflict) in conflicts.enumerated() {
      if index == 0 || conflicts[index - 1].entry != conflict.entry {
        lines.append("conflicts with \(subject(conflict.entry)):")
      }
      lines.append("- \(conflict.path)")
    }
    return "Apply failed with \(conflicts.count) conflicts: " + lines.joined(separator: "\n")
  }

  private static func subject(_ entry: Ownership.Entry) -> String {
    var text = "\"\(entry.owner.manager)\""
    if !entry.owner.subresource.isEmpty {
      text += " with subresource \"\(entry.owner.subresource)\""
    }
    if entry.owner.operation == .update { text += " using \(entry.apiVersion)" }
    return text
  }
}

extension JSONValue {
  /// The members of metadata that say which object is meant.
  fileprivate var identityOnly: JSONValue {
    .object(
      (object ?? [:]).filter { ["name", "namespace", "uid", "resourceVersion"].contains($0.key) })
  }
}
