import Documents

/// Validation of events: lenient for those of old, strict once `eventTime` or the new group is used.
enum EventRules {
  static func problems(in event: JSONValue, resource: Resource) -> [FieldProblem] {
    let isNewForm = resource.id.group == EventForms.group
    let core = isNewForm ? EventForms.core(fromNew: event) : event
    var problems = namespaceProblems(core)
    let hasTime = core["eventTime"]?.string != nil
    if hasTime { problems += fieldProblems(core) }
    if isNewForm { problems += newFormProblems(core, hasTime: hasTime) }
    return problems
  }

  private static func namespaceProblems(_ event: JSONValue) -> [FieldProblem] {
    let own = event[["metadata", "namespace"]]?.string ?? ""
    let involved = event[["involvedObject", "namespace"]]?.string ?? ""
    // What is in no namespace is reported in the default one.
    if involved.isEmpty ? own == "default" || own == "kube-system" : own == involved { return [] }
    return [
      .invalid(
        "involvedObject.namespace", .string(involved), "does not match event.namespace")
    ]
  }

  private static func newFormProblems(_ event: JSONValue, hasTime: Bool) -> [FieldProblem] {
    var problems: [FieldProblem] = hasTime ? [] : [.required("eventTime")]
    let type = event["type"]?.string ?? ""
    if type != "Normal" && type != "Warning" {
      problems.append(.invalid("type", "", "has invalid value: \(type)"))
    }
    return problems
  }

  private static func fieldProblems(_ event: JSONValue) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    for (field, name) in [
      ("reportingComponent", "reportingController"), ("reportingInstance", "reportingInstance"),
      ("action", "action"), ("reason", "reason"),
    ] where (event[field]?.string ?? "").isEmpty { problems.append(.required(name)) }
    for (field, limit) in [("reportingInstance", 128), ("action", 128), ("reason", 128)] {
      let text = event[field]?.string ?? ""
      if text.utf8.count > limit {
        problems.append(
          .invalid(field, "", "can have at most \(limit) characters"))
      }
    }
    if (event["message"]?.string ?? "").utf8.count > 1024 {
      problems.append(.invalid("message", "", "can have at most 1024 characters"))
    }
    return problems
  }
}
