import Documents

/// What kube-apiserver demands of, and does to, a `CustomResourceDefinition`.
enum DefinitionRules {
  static func problems(in definition: JSONValue) -> [FieldProblem] {
    let spec = definition["spec"] ?? [:]
    var problems: [FieldProblem] = []
    let group = spec["group"]?.string ?? ""
    let plural = spec[["names", "plural"]]?.string ?? ""
    let name = definition[["metadata", "name"]]?.string ?? ""
    if group.isEmpty { problems.append(.required("spec.group")) }
    if plural.isEmpty { problems.append(.required("spec.names.plural")) }
    if (spec[["names", "kind"]]?.string ?? "").isEmpty {
      problems.append(.required("spec.names.kind"))
    }
    if name != "\(plural).\(group)" {
      problems.append(
        .invalid("metadata.name", .string(name), "must be spec.names.plural+\".\"+spec.group"))
    }
    let scope = spec["scope"] ?? ""
    if scope != "Namespaced" && scope != "Cluster" {
      problems.append(.unsupported("spec.scope", scope, allowed: ["Cluster", "Namespaced"]))
    }
    return problems + versionProblems(spec["versions"]?.array ?? [])
  }

  private static func versionProblems(_ versions: [JSONValue]) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if versions.count(where: { $0["storage"]?.bool == true }) != 1 {
      problems.append(
        .invalid(
          "spec.versions", .array(versions.compactMap { $0["name"] }),
          "must have exactly one version marked as storage version"))
    }
    for (index, version) in versions.enumerated() {
      // A single schema is reported where the first version of this API had it.
      let path =
        versions.count == 1
        ? "spec.validation.openAPIV3Schema" : "spec.versions[\(index)].schema.openAPIV3Schema"
      guard let schema = version[["schema", "openAPIV3Schema"]] else {
        problems.append(.required(path, "schemas are required"))
        continue
      }
      problems += StructuralRules.problems(in: schema, at: path, isRoot: true)
    }
    return problems
  }

  /// Names filled in, and the status that the server's own controllers would report at once.
  static func completed(_ definition: JSONValue, now: String) -> JSONValue {
    var definition = definition
    var spec = definition["spec"] ?? [:]
    var names = spec["names"] ?? [:]
    let kind = names["kind"]?.string ?? ""
    if names["singular"] == nil { names["singular"] = .string(kind.lowercased()) }
    if names["listKind"] == nil { names["listKind"] = .string(kind + "List") }
    spec["names"] = names
    if spec["conversion"] == nil { spec["conversion"] = ["strategy": "None"] }
    definition["spec"] = spec

    var status = definition["status"] ?? [:]
    status["acceptedNames"] = names
    let storage = spec["versions"]?.array?.first { $0["storage"]?.bool == true }?["name"]
    var stored = status["storedVersions"]?.array ?? []
    if let storage, !stored.contains(storage) { stored.append(storage) }
    status["storedVersions"] = .array(stored)
    if status["conditions"] == nil {
      status["conditions"] = [
        condition(
          "NamesAccepted", reason: "NoConflicts", message: "no conflicts found", now: now),
        condition(
          "Established", reason: "InitialNamesAccepted",
          message: "the initial names have been accepted", now: now),
      ]
    }
    definition["status"] = status
    return definition
  }

  /// The definition once its deletion has begun and objects are left.
  static func terminating(_ definition: JSONValue, now: String) -> JSONValue {
    var definition = definition
    let others = (definition[["status", "conditions"]]?.array ?? []).filter {
      $0["type"] != "Terminating"
    }
    let condition = condition(
      "Terminating", reason: "InstanceDeletionInProgress",
      message: "CustomResource deletion is in progress", now: now)
    definition["status"]?["conditions"] = .array(others + [condition])
    return definition
  }

  static func condition(_ type: String, reason: String, message: String, now: String) -> JSONValue {
    [
      "type": .string(type), "status": "True", "lastTransitionTime": .string(now),
      "reason": .string(reason), "message": .string(message),
    ]
  }
}
