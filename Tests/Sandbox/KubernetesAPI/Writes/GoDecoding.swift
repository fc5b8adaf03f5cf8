/// Type errors as Go's JSON package words them, for what upstream decodes into Go types.
enum GoDecoding {
  static func text(for problem: FieldProblem, kind: String) -> String {
    guard let match = problem.message.firstMatch(of: #/must be of type (\w+): "(\w+)"/#) else {
      return problem.description
    }
    return "json: cannot unmarshal \(given(String(match.2))) into Go struct field "
      + "\(place(problem.field, kind)) of type \(wanted(String(match.1)))"
  }

  /// A time that is not in the one form with six digits after the second.
  static func microTime(_ text: String) -> String {
    let rest = text.replacing(#/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/#, with: "")
    let expected = rest == text ? "2006" : ".000000"
    return "parsing time \"\(text)\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse "
      + "\"\(rest)\" as \"\(expected)\""
  }

  static func base64(_ text: String) -> String {
    let valid = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "/") }
    return "illegal base64 data at input byte \(valid.utf8.count)"
  }

  private static func given(_ type: String) -> String {
    switch type {
    case "integer": "number"
    case "boolean": "bool"
    default: type
    }
  }

  private static func wanted(_ type: String) -> String {
    switch type {
    case "integer": "int32"
    case "boolean": "bool"
    case "array": "[]string"
    case "object": "map[string]string"
    default: type
    }
  }

  /// `metadata.labels.a` is a value in the field `labels` of `ObjectMeta`.
  private static func place(_ path: String, _ kind: String) -> String {
    let parts = path.split(separator: ".").map(String.init)
    guard parts.count > 1 else { return "\(kind).\(path)" }
    if parts[0] == "metadata" { return "ObjectMeta.\(parts[1])" }
    return "\(kind)\(parts[0].prefix(1).uppercased())\(parts[0].dropFirst()).\(path)"
  }
}
