import Documents

/// A selector over the few fields that may be selected by.
struct FieldSelector: Sendable {
  private struct Requirement: Sendable {
    let path: [String]
    let value: String
    let isEqual: Bool
  }

  private var requirements: [Requirement] = []

  var isEmpty: Bool { requirements.isEmpty }

  /// The only name that can match, where the selector says so.
  var name: String? {
    requirements.first { $0.isEqual && $0.path == ["metadata", "name"] }?.value
  }

  init() {}

  /// - Throws: 400 for a field that this resource cannot be selected by.
  init(_ text: String, resource: Resource) throws(APIStatus) {
    for part in text.split(separator: ",") {
      guard let match = part.wholeMatch(of: #/\s*([\w.]+)\s*(==|=|!=)\s*(.*)/#) else {
        throw .badRequest("invalid selector: '\(part)'; can't understand '\(part)'")
      }
      let field = String(match.1)
      guard Self.isSelectable(field, of: resource) else {
        throw .badRequest("field label not supported: \(field)")
      }
      requirements.append(
        Requirement(
          path: field.split(separator: ".").map(String.init), value: String(match.3).trimmed,
          isEqual: match.2 != "!="))
    }
  }

  private static func isSelectable(_ field: String, of resource: Resource) -> Bool {
    switch resource.storedAs {
    case .events:
      field.hasPrefix("involvedObject.") || field.hasPrefix("regarding.")
        || ["reason", "type", "reportingComponent", "source"].contains(field)
        || isCommon(field)
    case .namespaces: field == "status.phase" || isCommon(field)
    case .secrets: field == "type" || isCommon(field)
    default: isCommon(field)
    }
  }

  private static func isCommon(_ field: String) -> Bool {
    field == "metadata.name" || field == "metadata.namespace"
  }

  /// Judges the stored form of an object.
  func matches(_ object: JSONValue) -> Bool {
    requirements.allSatisfy { requirement in
      var path = requirement.path
      if path.first == "regarding" { path[0] = "involvedObject" }
      if path == ["source"] { path = ["source", "component"] }
      return ((object[path]?.string ?? "") == requirement.value) == requirement.isEqual
    }
  }
}
