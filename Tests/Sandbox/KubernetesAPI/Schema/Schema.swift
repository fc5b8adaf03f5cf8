import Documents

/// A structural schema: one node of an `openAPIV3Schema`, read once and shared.
final class Schema: Sendable {
  enum Additional: Sendable {
    case none
    case anything
    case schema(Schema)
  }

  enum ListType: String, Sendable {
    case atomic
    case set
    case map
  }

  /// JSON schema type; nil where the node does not say.
  let type: String?
  let properties: [String: Schema]
  let additional: Additional
  let items: Schema?
  let required: [String]
  let isNullable: Bool
  let preservesUnknown: Bool
  let isIntOrString: Bool
  let isEmbeddedResource: Bool
  let listType: ListType
  let listKeys: [String]
  let isAtomicMap: Bool
  let defaultValue: JSONValue?
  let limits: ValueLimits
  let allOf: [Schema]
  let anyOf: [Schema]
  let oneOf: [Schema]
  let not: Schema?

  init(_ json: JSONValue) {
    type = json["type"]?.string
    properties = (json["properties"]?.object ?? [:]).mapValues(Schema.init)
    additional =
      switch json["additionalProperties"] {
      case .bool(true): .anything
      case .object(let schema): .schema(Schema(.object(schema)))
      default: .none
      }
    items = json["items"].map(Schema.init)
    required = json["required"]?.strings ?? []
    isNullable = json["nullable"]?.bool ?? false
    preservesUnknown = json["x-kubernetes-preserve-unknown-fields"]?.bool ?? false
    isIntOrString = json["x-kubernetes-int-or-string"]?.bool ?? false
    isEmbeddedResource = json["x-kubernetes-embedded-resource"]?.bool ?? false
    listType = json["x-kubernetes-list-type"]?.string.flatMap(ListType.init) ?? .atomic
    listKeys = json["x-kubernetes-list-map-keys"]?.strings ?? []
    isAtomicMap = json["x-kubernetes-map-type"]?.string == "atomic"
    defaultValue = json["default"]
    limits = ValueLimits(json)
    allOf = (json["allOf"]?.array ?? []).map(Schema.init)
    anyOf = (json["anyOf"]?.array ?? []).map(Schema.init)
    oneOf = (json["oneOf"]?.array ?? []).map(Schema.init)
    not = json["not"].map(Schema.init)
  }

  /// What a member of that name must look like; nil where such a member is not declared.
  func member(_ name: String) -> Schema? {
    if let property = properties[name] { return property }
    return switch additional {
    case .schema(let schema): schema
    case .anything: Schema.anything
    case .none: nil
    }
  }

  /// Accepts and keeps whatever it is given.
  static let anything = Schema(["x-kubernetes-preserve-unknown-fields": true])
}

extension JSONValue {
  /// The strings of a list of strings.
  var strings: [String]? { array?.compactMap(\.string) }
}
