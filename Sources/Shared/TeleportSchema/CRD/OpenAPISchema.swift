import Documents

/// The OpenAPI v3 schema of a message's managed fields, structural as CustomResourceDefinitions require.
struct OpenAPISchema {
  let registry: SchemaRegistry
  let comments: SchemaComments

  func object(_ message: MessageSchema) -> JSONValue {
    var properties: [String: JSONValue] = [:]
    for field in message.fields where !field.isServerManaged {
      var schema = property(field)
      schema["description"] = comments.text(field, of: message).map { .string($0) }
      properties[field.jsonName] = schema
    }
    return ["type": "object", "properties": .object(properties)]
  }

  private func property(_ field: FieldSchema) -> JSONValue {
    let schema = value(field.kind)
    guard field.isRepeated else { return schema }
    return ["type": "array", "nullable": true, "items": schema]
  }

  private func value(_ kind: FieldSchema.Kind) -> JSONValue {
    switch kind {
    case .string, .duration: ["type": "string"]
    case .bytes: ["type": "string", "format": "byte"]
    case .timestamp: ["type": "string", "format": "date-time"]
    case .bool, .optionalBool: ["type": "boolean"]
    case .int32, .uint32: ["type": "integer", "format": "int32"]
    case .int64, .uint64: ["type": "integer", "format": "int64"]
    case .double: ["type": "number"]
    // Both "1h" and Teleport's own number of nanoseconds.
    case .durationMessage: ["x-kubernetes-int-or-string": true]
    // A name, a number, and for some a boolean: no OpenAPI type covers all three.
    case .enumeration: ["x-kubernetes-preserve-unknown-fields": true]
    case .labels:
      [
        "type": "object", "nullable": true,
        "additionalProperties": ["x-kubernetes-preserve-unknown-fields": true],
      ]
    case .traits:
      [
        "type": "object", "nullable": true,
        "additionalProperties": ["type": "array", "items": ["type": "string"]],
      ]
    case .map(let element):
      ["type": "object", "nullable": true, "additionalProperties": value(element)]
    case .message(let name):
      nullable(object(registry.message(name)))
    }
  }

  private func nullable(_ schema: JSONValue) -> JSONValue {
    var schema = schema
    schema["nullable"] = true
    return schema
  }
}
