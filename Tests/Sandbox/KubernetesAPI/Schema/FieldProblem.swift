import Documents

/// One thing wrong with one field, as `field.Error` has it.
struct FieldProblem: Hashable, Sendable, CustomStringConvertible {
  enum Reason: String, Sendable {
    case invalid = "FieldValueInvalid"
    case typeInvalid = "FieldValueTypeInvalid"
    case required = "FieldValueRequired"
    case notSupported = "FieldValueNotSupported"
    case forbidden = "FieldValueForbidden"
    case tooLong = "FieldValueTooLong"
    case tooMany = "FieldValueTooMany"
    case duplicate = "FieldValueDuplicate"
  }

  let reason: Reason
  let field: String
  let message: String

  var description: String { field.isEmpty ? message : "\(field): \(message)" }

  static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldProblem {
    FieldProblem(
      reason: .invalid, field: field, message: "Invalid value: \(value.goText): \(detail)")
  }

  static func type(_ field: String, actual: String, expected: String) -> FieldProblem {
    let place = field == "<nil>" ? "" : field
    return FieldProblem(
      reason: .typeInvalid, field: field,
      message: "Invalid value: \"\(actual)\": \(place) in body must be of type \(expected): "
        + "\"\(actual)\"")
  }

  static func required(_ field: String, _ detail: String = "") -> FieldProblem {
    FieldProblem(
      reason: .required, field: field,
      message: detail.isEmpty ? "Required value" : "Required value: \(detail)")
  }

  static func unsupported(_ field: String, _ value: JSONValue, allowed: [JSONValue])
    -> FieldProblem
  {
    FieldProblem(
      reason: .notSupported, field: field,
      message: "Unsupported value: \(value.goText): supported values: "
        + allowed.map(\.goText).joined(separator: ", "))
  }

  static func forbidden(_ field: String, _ detail: String) -> FieldProblem {
    FieldProblem(reason: .forbidden, field: field, message: "Forbidden: \(detail)")
  }

  static func duplicate(_ field: String, _ value: JSONValue) -> FieldProblem {
    FieldProblem(
      reason: .duplicate, field: field, message: "Duplicate value: \(value.goText)")
  }
}

extension JSONValue {
  /// The value as kube-apiserver shows it in an error: quoted strings, everything else as JSON.
  var goText: String { self == .null ? "null" : jsonText }

  /// The type's name in JSON schema.
  var schemaType: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
