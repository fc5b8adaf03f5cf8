import Documents

/// Why a configuration does not fit its schema, in the words of structured-merge-diff.
enum TypedFlaws {
  static func texts(in configuration: JSONValue, schema: Schema) -> [String] {
    var texts = schema.problems(in: configuration).compactMap { problem -> String? in
      guard problem.reason == .typeInvalid else { return nil }
      return ".\(problem.field): " + expectation(problem.message)
    }
    // Only the first field that is not declared is named.
    if let unknown = schema.pruned(configuration).unknown.first {
      texts.append(".\(unknown): field not declared in schema")
    }
    return (texts + keyFlaws(in: configuration, schema, at: "")).sorted()
  }

  /// The message of a type problem tells both the type that is wanted and the one that was given.
  private static func expectation(_ message: String) -> String {
    guard let match = message.firstMatch(of: #/must be of type ([\w,]+): "(\w+)"/#) else {
      return message
    }
    let wanted =
      switch match.1 {
      case "integer", "number": "numeric (int or float)"
      case "array": "list"
      case "object": "map"
      default: String(match.1)
      }
    return "expected \(wanted), got \(match.2)"
  }

  /// Items of associative lists that lack their key, or share it.
  private static func keyFlaws(
    in value: JSONValue, _ schema: Schema, at path: String
  ) -> [String] {
    switch schema.shape(of: value) {
    case .fields(let members):
      return members.flatMap { name, member in
        keyFlaws(in: member, schema.member(name) ?? .anything, at: "\(path).\(name)")
      }
    case .items(let elements):
      var seen: Set<JSONValue> = []
      return elements.enumerated().flatMap { index, element -> [String] in
        let identity = schema.identity(of: element)
        if let missing = schema.listKeys.first(where: { identity[$0] == nil }) {
          return [
            "\(path): element \(index): associative list with keys has an element that omits "
              + "all key fields [\"\(missing)\"] (and doesn't have default values for any key fields)"
          ]
        }
        if !seen.insert(identity).inserted {
          return ["\(path): duplicate entries for key \(FieldPath().item(identity))"]
        }
        return keyFlaws(
          in: element, schema.items ?? .anything, at: "\(path)\(FieldPath().item(identity))")
      }
    case .members, .leaf: return []
    }
  }
}
