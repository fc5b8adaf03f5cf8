import Documents
import FoundationEssentials

/// What built-in resources do beyond their schema.
enum BuiltInRules {
  static func prepareForCreate(_ object: inout JSONValue, resource: Resource, now: String) {
    switch resource.storedAs {
    case .namespaces:
      let name = object[["metadata", "name"]] ?? ""
      var labels = object[["metadata", "labels"]] ?? [:]
      labels["kubernetes.io/metadata.name"] = name
      object["metadata"]?["labels"] = labels
      object["spec"] = ["finalizers": ["kubernetes"]]
      object["status"] = ["phase": "Active"]
    case .secrets:
      completeSecret(&object)
    case .customResourceDefinitions:
      object = DefinitionRules.completed(object, now: now)
    case .events:
      object = resource.form(
        of: EventForms.completed(resource.stored(from: object)), in: resource.versions[0])
    default: break
    }
  }

  static func prepareForUpdate(
    _ object: inout JSONValue, from old: JSONValue, resource: Resource, now: String
  ) {
    switch resource.storedAs {
    case .namespaces: object["spec"] = old["spec"]
    case .secrets: completeSecret(&object)
    case .customResourceDefinitions: object = DefinitionRules.completed(object, now: now)
    default: break
    }
  }

  static func problems(in object: JSONValue, old: JSONValue?, resource: Resource) -> [FieldProblem]
  {
    switch resource.storedAs {
    case .leases: leaseProblems(object["spec"] ?? [:])
    case .secrets:
      if let old, old["type"] != object["type"] {
        [.invalid("type", object["type"] ?? "", "field is immutable")]
      } else {
        []
      }
    case .customResourceDefinitions: DefinitionRules.problems(in: object)
    case .events: EventRules.problems(in: object, resource: resource)
    default: []
    }
  }

  /// Whether an object marked for deletion has nothing left that keeps it.
  static func isReadyToGo(_ object: JSONValue, resource: Resource) -> Bool {
    let metadata = object["metadata"]
    guard metadata?["deletionTimestamp"] != nil else { return false }
    if resource.storedAs == .namespaces,
      !(object[["spec", "finalizers"]]?.array ?? []).isEmpty
    {
      return false
    }
    return (metadata?["finalizers"]?.array ?? []).isEmpty
  }

  /// What a typed object has before anything is set in it, which nobody is taken to own.
  static func skeleton(of resource: Resource) -> JSONValue {
    switch resource.storedAs {
    case .leases: ["metadata": [:], "spec": [:]]
    case .events:
      resource.form(
        of: EventForms.completed(["metadata": [:], "apiVersion": "v1"]), in: resource.versions[0])
    case .namespaces:
      ["metadata": [:], "spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"]]
    default: [:]
    }
  }

  private static func completeSecret(_ secret: inout JSONValue) {
    if (secret["type"]?.string ?? "").isEmpty { secret["type"] = "Opaque" }
    guard let strings = secret["stringData"]?.object else { return }
    var data = secret["data"] ?? [:]
    for (name, value) in strings {
      data[name] = .string(Data((value.string ?? "").utf8).base64EncodedString())
    }
    secret["data"] = data
    secret["stringData"] = nil
  }

  private static func leaseProblems(_ spec: JSONValue) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if let seconds = spec["leaseDurationSeconds"], (seconds.integer ?? 0) <= 0 {
      problems.append(.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    }
    if let transitions = spec["leaseTransitions"], (transitions.integer ?? 0) < 0 {
      problems.append(
        .invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"))
    }
    return problems
  }
}
