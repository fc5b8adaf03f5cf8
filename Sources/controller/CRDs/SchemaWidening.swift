import Documents

/// Lays the OpenAPI schema of this build over one that a cluster has, without refusing or dropping anything that the
/// cluster's takes: objects are stored that were checked by it.
///
/// - Guarantees: what is valid under `existing` is valid under `schema`, and no field of it is pruned. Of fields that only
///   one side has, both are there.
struct SchemaWidening {
  private(set) var schema: JSONValue = [:]
  /// Paths of fields that this build adds.
  private(set) var added: [String] = []
  /// Where the cluster's schema was left looser than this build's, with what.
  private(set) var kept: [String] = []

  init(of existing: JSONValue, with wanted: JSONValue, at path: String) {
    schema = widened(existing, wanted, path)
  }

  /// Keywords that say how large a value may be, and whether the larger number is the looser one.
  private static let bounds = [
    "maxLength": true, "maxItems": true, "maxProperties": true, "maximum": true,
    "minLength": false, "minItems": false, "minProperties": false, "minimum": false,
  ]
  /// Keywords that allow more where they are true.
  private static let permissions = [
    "nullable", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string",
    "x-kubernetes-embedded-resource",
  ]

  private mutating func widened(
    _ existing: JSONValue, _ wanted: JSONValue, _ path: String
  ) -> JSONValue {
    guard isAtLeastAsLoose(wanted, as: existing) else {
      if existing != wanted { kept.append("\(path): \(Self.type(existing))") }
      return existing
    }
    var result = wanted
    for keyword in Self.permissions where existing[keyword] == true { result[keyword] = true }
    for (keyword, largerIsLooser) in Self.bounds {
      result[keyword] = bound(existing[keyword], wanted[keyword], largerIsLooser, keyword, path)
    }
    for keyword in ["pattern", "format"] where existing[keyword] != wanted[keyword] {
      // Two patterns cannot be compared; none allows more than any.
      if wanted[keyword] != nil { keep(keyword, path) }
      result[keyword] = nil
    }
    result["enum"] = values(existing["enum"], wanted["enum"], path)
    result["required"] = common(existing["required"], wanted["required"], "required", path)
    result["x-kubernetes-validations"] = common(
      existing["x-kubernetes-validations"], wanted["x-kubernetes-validations"], "rules", path)
    for keyword in ["default", "x-kubernetes-list-type", "x-kubernetes-list-map-keys"] {
      result[keyword] = existing[keyword] ?? wanted[keyword]
    }
    for keyword in ["items", "additionalProperties"] {
      guard let old = existing[keyword], let new = wanted[keyword] else { continue }
      result[keyword] = widened(old, new, path + "[]")
    }
    if existing["properties"] != nil || wanted["properties"] != nil {
      result["properties"] = properties(existing, wanted, path)
    }
    return result
  }

  private mutating func properties(
    _ existing: JSONValue, _ wanted: JSONValue, _ path: String
  ) -> JSONValue {
    let old = existing["properties"]?.object ?? [:]
    var result = wanted["properties"]?.object ?? [:]
    for name in result.keys.sorted() where old[name] == nil { added.append("\(path).\(name)") }
    for (name, schema) in old.sorted(by: { $0.key < $1.key }) {
      if let new = result[name] {
        result[name] = widened(schema, new, "\(path).\(name)")
      } else {
        result[name] = schema
        kept.append("\(path).\(name)")
      }
    }
    return .object(result)
  }

  /// Whether the kind of value that one takes is among those that the other takes.
  private func isAtLeastAsLoose(_ wanted: JSONValue, as existing: JSONValue) -> Bool {
    if Self.takesAnything(wanted) { return true }
    if Self.takesAnything(existing) { return false }
    let isIntOrString = wanted["x-kubernetes-int-or-string"] == true
    if isIntOrString, ["string", "integer"].contains(existing["type"]?.string) { return true }
    if existing["x-kubernetes-int-or-string"] == true, !isIntOrString { return false }
    if wanted["type"] == "number", existing["type"] == "integer" { return true }
    // Of an object, either the members are named or all look alike.
    let isMap = { (schema: JSONValue) in schema["additionalProperties"] != nil }
    return wanted["type"] == existing["type"] && isMap(wanted) == isMap(existing)
  }

  private static func takesAnything(_ schema: JSONValue) -> Bool {
    schema["x-kubernetes-preserve-unknown-fields"] == true && schema["type"] == nil
  }

  private static func type(_ schema: JSONValue) -> String {
    if takesAnything(schema) { return "takes anything" }
    if schema["x-kubernetes-int-or-string"] == true { return "takes integers and strings" }
    return "is of type \(schema["type"]?.string ?? "unknown")"
  }

  // MARK: - Keywords

  private mutating func bound(
    _ existing: JSONValue?, _ wanted: JSONValue?, _ largerIsLooser: Bool, _ keyword: String,
    _ path: String
  ) -> JSONValue? {
    guard let wanted else { return nil }
    guard let old = existing?.number, let new = wanted.number else {
      if existing != wanted { keep(keyword, path) }
      return existing
    }
    if old == new || (new > old) == largerIsLooser { return wanted }
    keep(keyword, path)
    return existing
  }

  private mutating func values(
    _ existing: JSONValue?, _ wanted: JSONValue?, _ path: String
  ) -> JSONValue? {
    guard let new = wanted?.array else { return nil }
    guard let old = existing?.array else {
      keep("enum", path)
      return nil
    }
    let missing = old.filter { !new.contains($0) }
    if !missing.isEmpty { keep("enum", path) }
    return .array(new + missing)
  }

  /// What both demand.
  private mutating func common(
    _ existing: JSONValue?, _ wanted: JSONValue?, _ keyword: String, _ path: String
  ) -> JSONValue? {
    guard let new = wanted?.array else { return nil }
    let old = existing?.array ?? []
    let both = new.filter(old.contains)
    if both.count < new.count { keep(keyword, path) }
    return both.isEmpty ? nil : .array(both)
  }

  private mutating func keep(_ keyword: String, _ path: String) {
    kept.append("\(path): no new \(keyword)")
  }
}

extension JSONValue {
  fileprivate var number: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }
}
