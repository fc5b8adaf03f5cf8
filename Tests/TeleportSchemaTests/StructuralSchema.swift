import Documents

/// An OpenAPI schema of a CustomResourceDefinition, read by Kubernetes' rules alone.
///
/// Source: kubernetes.io, "Specifying a structural schema".
struct StructuralSchema {
  let value: JSONValue

  /// What keeps the schema from being structural.
  func problems(at path: String = "", isRoot: Bool = true) -> [String] {
    var problems: [String] = []
    let type = value["type"]?.string
    let isFree = takesAnything || isIntOrString
    if type == nil, isRoot || !isFree { problems.append("\(path): no type") }
    if isRoot, type != "object" { problems.append("\(path): the root is no object") }
    if let type, !["object", "array", "string", "integer", "number", "boolean"].contains(type) {
      problems.append("\(path): unknown type \(type)")
    }
    if type == "array", value["items"] == nil { problems.append("\(path): no items") }
    if value["properties"] != nil, value["additionalProperties"] != nil {
      problems.append("\(path): properties and additionalProperties")
    }
    if value["properties"] != nil || value["additionalProperties"] != nil, type != "object" {
      problems.append("\(path): members of what is no object")
    }
    let known: Set = [
      "type", "format", "description", "nullable", "properties", "additionalProperties", "items",
      "required", "enum", "minimum", "maximum", "minLength", "maxLength", "maxItems",
      "maxProperties", "pattern", "x-kubernetes-validations", "x-kubernetes-int-or-string",
      "x-kubernetes-preserve-unknown-fields", "x-kubernetes-list-type",
      "x-kubernetes-list-map-keys",
    ]
    for key in (value.object ?? [:]).keys where !known.contains(key) {
      problems.append("\(path): unexpected \(key)")
    }
    for (name, child) in value["properties"]?.object ?? [:] {
      problems += StructuralSchema(value: child).problems(at: "\(path).\(name)", isRoot: false)
    }
    for name in ["items", "additionalProperties"] {
      guard let child = value[name] else { continue }
      problems += StructuralSchema(value: child).problems(at: "\(path).\(name)", isRoot: false)
    }
    return problems
  }

  /// Where a document would be pruned or refused by the API server.
  func misfits(_ document: JSONValue, at path: String = "") -> [String] {
    if let values = value["enum"]?.array, !values.contains(document) {
      return ["\(path): \(document.jsonText) is none of the values"]
    }
    if let pattern = value["pattern"]?.string, let text = document.string,
      (try? Regex(pattern).wholeMatch(in: text)) == nil
    {
      return ["\(path): \(text) does not match"]
    }
    if takesAnything { return [] }
    if document.isNull { return value["nullable"] == true ? [] : ["\(path): null"] }
    if isIntOrString {
      return document.integer != nil || document.string != nil
        ? [] : ["\(path): \(document.typeName)"]
    }
    switch (value["type"]?.string, document) {
    case ("object", .object(let members)):
      return members.flatMap { key, member in
        guard let child = value[["properties", key]] ?? value["additionalProperties"] else {
          return ["\(path).\(key): pruned"]
        }
        return StructuralSchema(value: child).misfits(member, at: "\(path).\(key)")
      }
    case ("array", .array(let items)):
      let child = StructuralSchema(value: value["items"] ?? [:])
      return items.flatMap { child.misfits($0, at: "\(path)[]") }
    case ("string", .string), ("boolean", .bool), ("integer", .integer), ("number", .number),
      ("number", .integer):
      return []
    default: return ["\(path): \(document.typeName) for \(value["type"]?.string ?? "nothing")"]
    }
  }

  /// The schema of a field by its path of member names.
  subscript(path: String) -> JSONValue? {
    var current: JSONValue? = value
    for name in path.split(separator: ".").map(String.init) {
      let owner = current?["items"] ?? current
      current = owner?[["properties", name]]
    }
    return current
  }

  private var takesAnything: Bool { value["x-kubernetes-preserve-unknown-fields"] == true }
  private var isIntOrString: Bool { value["x-kubernetes-int-or-string"] == true }
}
