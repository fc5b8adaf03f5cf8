import Documents
import Synchronization

/// What makes an `openAPIV3Schema` structural, as far as generated definitions can get it wrong.
enum StructuralRules {
  static func problems(in schema: JSONValue, at path: String, isRoot: Bool = false)
    -> [FieldProblem]
  {
    var problems: [FieldProblem] = []
    let isFree =
      schema["x-kubernetes-preserve-unknown-fields"]?.bool == true
      || schema["x-kubernetes-int-or-string"]?.bool == true
    let type = schema["type"]?.string ?? ""
    if type.isEmpty && (isRoot || !isFree) {
      problems.append(
        .required(
          "\(path).type",
          isRoot
            ? "must not be empty at the root"
            : "must not be empty for specified \(isRoot ? "root" : "object fields")"))
    }
    if isRoot && !type.isEmpty && type != "object" {
      problems.append(.invalid("\(path).type", .string(type), "must be object at the root"))
    }
    if type == "array" && schema["items"] == nil {
      problems.append(.required("\(path).items", "must be specified"))
    }
    if schema["properties"] != nil && schema["additionalProperties"] != nil {
      problems.append(
        .forbidden(
          "\(path).additionalProperties",
          "additionalProperties and properties are mutual exclusive"))
    }
    problems += listProblems(in: schema, at: path)
    if let pattern = schema["pattern"]?.string, !KnownPatterns.isExpression(pattern) {
      problems.append(
        .invalid(
          "\(path).pattern", .string(pattern), "must be a valid regular expression"))
    }
    if let value = schema["default"] {
      problems += Schema(schema).problems(in: value).map {
        FieldProblem(reason: $0.reason, field: "\(path).default", message: $0.message)
      }
    }
    return problems + childProblems(in: schema, at: path)
  }

  private static func listProblems(in schema: JSONValue, at path: String) -> [FieldProblem] {
    guard schema["x-kubernetes-list-type"]?.string == "map" else { return [] }
    let keys = schema["x-kubernetes-list-map-keys"]?.strings ?? []
    if keys.isEmpty {
      return [
        .required(
          "\(path).x-kubernetes-list-map-keys",
          "must not be empty if x-kubernetes-list-type is map")
      ]
    }
    let items = schema["items"] ?? [:]
    let required = items["required"]?.strings ?? []
    var problems: [FieldProblem] = []
    for (index, key) in keys.enumerated() {
      guard let property = items[["properties", key]] else {
        problems.append(
          .invalid(
            "\(path).x-kubernetes-list-map-keys[\(index)]", .string(key),
            "entries must all be names of item properties"))
        continue
      }
      if !required.contains(key) && property["default"] == nil {
        problems.append(
          .required(
            "\(path).items.properties[\(key)].default",
            "this property is in x-kubernetes-list-map-keys, so it must have a default or be "
              + "a required property"))
      }
    }
    return problems
  }

  private static func childProblems(in schema: JSONValue, at path: String) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    for (name, child) in (schema["properties"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
      problems += Self.problems(in: child, at: "\(path).properties[\(name)]")
    }
    if let items = schema["items"] { problems += Self.problems(in: items, at: "\(path).items") }
    if let values = schema["additionalProperties"], values.object != nil {
      problems += Self.problems(in: values, at: "\(path).additionalProperties")
    }
    return problems
  }
}

/// Expressions that were read before: definitions have the same few again and again, and reading them is slow.
private enum KnownPatterns {
  private static let known = Mutex<Set<String>>([])

  static func isExpression(_ pattern: String) -> Bool {
    if known.withLock({ $0.contains(pattern) }) { return true }
    guard (try? Regex(pattern)) != nil else { return false }
    known.withLock { _ = $0.insert(pattern) }
    return true
  }
}
