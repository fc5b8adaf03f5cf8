import Documents

/// The OpenAPI v3 schema of a message's managed fields, structural as CustomResourceDefinitions require.
///
/// - Guarantees: refuses nothing that Teleport takes, but for sizes that no custom resource can have.
struct OpenAPISchema {
  /// Bounds, without which Kubernetes cannot tell what a rule costs. A custom resource is smaller than 1.5 MiB.
  private enum Limit {
    static let items: JSONValue = 10_000
    static let properties: JSONValue = 10_000
    static let text: JSONValue = 1_048_576
  }

  let registry: SchemaRegistry
  let comments: SchemaComments

  func object(_ message: MessageSchema) -> JSONValue {
    var properties: [String: JSONValue] = [:]
    for field in message.fields where !field.isServerManaged {
      var schema = property(field)
      schema["description"] = comments.text(field, of: message).map { .string($0) }
      properties[field.jsonName] = schema
    }
    for (field, message) in message.inlined where !field.isServerManaged {
      properties[field.jsonName] = nil
      for (name, schema) in object(message)["properties"]?.object ?? [:] {
        properties[name] = schema
      }
    }
    var schema: JSONValue = ["type": "object", "properties": .object(properties)]
    if !message.validations.isEmpty {
      schema["x-kubernetes-validations"] = .array(
        message.validations.map { ["rule": .string($0.rule), "message": .string($0.message)] })
    }
    return schema
  }

  private func property(_ field: FieldSchema) -> JSONValue {
    var schema = value(field.kind)
    if !field.allowed.isEmpty {
      // An empty text is one that is not set.
      schema = ["type": "string", "enum": .array(([""] + field.allowed).map { .string($0) })]
    }
    guard field.isRepeated else { return schema }
    return ["type": "array", "nullable": true, "maxItems": Limit.items, "items": schema]
  }

  private func value(_ kind: FieldSchema.Kind) -> JSONValue {
    switch kind {
    case .string: ["type": "string", "maxLength": Limit.text]
    case .duration: ["type": "string", "pattern": .string(Self.duration), "maxLength": 128]
    case .durationSeconds: ["type": "string", "pattern": .string(Self.seconds), "maxLength": 32]
    case .bytes: ["type": "string", "format": "byte", "maxLength": Limit.text]
    case .timestamp: ["type": "string", "format": "date-time"]
    case .bool, .optionalBool: ["type": "boolean"]
    case .int32: ["type": "integer", "format": "int32"]
    case .uint32:
      ["type": "integer", "format": "int64", "minimum": 0, "maximum": .integer(Int64(UInt32.max))]
    case .int64: ["type": "integer", "format": "int64"]
    case .uint64: ["type": "integer", "format": "int64", "minimum": 0]
    case .double: ["type": "number"]
    // Both "1h" and Teleport's own number of nanoseconds.
    case .durationMessage: ["x-kubernetes-int-or-string": true]
    case .enumeration(let name): enumeration(registry.enumeration(name))
    case .strings(let allowsString) where !allowsString: strings
    // One text or a list of them: no OpenAPI type covers both.
    case .strings: ["x-kubernetes-preserve-unknown-fields": true]
    case .labels: map(of: ["x-kubernetes-preserve-unknown-fields": true])
    case .traits, .traitList: map(of: strings)
    case .map(let element): map(of: value(element))
    case .structure:
      ["type": "object", "nullable": true, "x-kubernetes-preserve-unknown-fields": true]
    case .message(let name): nullable(object(registry.message(name)))
    }
  }

  /// A name or a number, and for some a boolean.
  private func enumeration(_ schema: EnumSchema) -> JSONValue {
    var values: [JSONValue] = [""]
    var hasBooleans = false
    for value in schema.values {
      for spelling in value.spellings {
        values.append(.string(spelling))
        if let bool = ["true": true, "false": false][spelling] {
          values.append(.bool(bool))
          hasBooleans = true
        }
      }
      if !schema.takesWordsOnly { values.append(.integer(Int64(value.number))) }
    }
    if schema.takesWordsOnly { return ["type": "string", "enum": .array(values)] }
    // No OpenAPI type covers all three; the list of values does.
    return hasBooleans
      ? ["x-kubernetes-preserve-unknown-fields": true, "enum": .array(values)]
      : ["x-kubernetes-int-or-string": true, "enum": .array(values)]
  }

  private var strings: JSONValue {
    ["type": "array", "nullable": true, "maxItems": Limit.items, "items": value(.string)]
  }

  private func map(of element: JSONValue) -> JSONValue {
    [
      "type": "object", "nullable": true, "maxProperties": Limit.properties,
      "additionalProperties": element,
    ]
  }

  private func nullable(_ schema: JSONValue) -> JSONValue {
    var schema = schema
    schema["nullable"] = true
    return schema
  }

  /// What `DurationText` reads.
  private static let duration =
    "^(never|[-+]?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|mo|[smhdy]))+))$"

  /// What `SecondsText` reads.
  private static let seconds = "^-?([0-9]+(\\.[0-9]{0,9})?|\\.[0-9]{1,9})s$"
}
