import Documents

/// The bounds that a schema sets on single values.
struct ValueLimits: Sendable {
  let format: String?
  let pattern: String?
  let values: [JSONValue]?
  let minimum: Double?
  let maximum: Double?
  let excludesMinimum: Bool
  let excludesMaximum: Bool
  let multipleOf: Double?
  let minLength: Int64?
  let maxLength: Int64?
  let minItems: Int64?
  let maxItems: Int64?
  let hasUniqueItems: Bool
  let minProperties: Int64?
  let maxProperties: Int64?

  init(_ json: JSONValue) {
    format = json["format"]?.string
    pattern = json["pattern"]?.string
    values = json["enum"]?.array
    minimum = json["minimum"]?.double
    maximum = json["maximum"]?.double
    excludesMinimum = json["exclusiveMinimum"]?.bool ?? false
    excludesMaximum = json["exclusiveMaximum"]?.bool ?? false
    multipleOf = json["multipleOf"]?.double
    minLength = json["minLength"]?.integer
    maxLength = json["maxLength"]?.integer
    minItems = json["minItems"]?.integer
    maxItems = json["maxItems"]?.integer
    hasUniqueItems = json["uniqueItems"]?.bool ?? false
    minProperties = json["minProperties"]?.integer
    maxProperties = json["maxProperties"]?.integer
  }
}

extension JSONValue {
  /// The number, whole or not.
  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
