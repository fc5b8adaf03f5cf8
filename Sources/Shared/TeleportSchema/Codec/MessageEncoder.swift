import Documents
import FoundationEssentials

/// Turns JSON into the wire form of a message, and collects everything that does not fit instead of stopping at it.
struct MessageEncoder {
  let registry: SchemaRegistry
  private(set) var issues: [SchemaIssue] = []

  init(registry: SchemaRegistry) { self.registry = registry }

  mutating func encode(_ json: JSONValue, as schema: MessageSchema, at path: FieldPath) -> [UInt8] {
    guard let members = json.object else {
      report(.wrongType, path, "expected an object, found \(json.typeName)")
      return []
    }
    for name in members.keys.sorted() where schema.byJSONName[name] == nil {
      let known = schema.fields.map(\.jsonName)
      report(.unknownField, path.appending(name), "unknown field" + Suggestion.text(name, known))
    }
    var writer = WireWriter()
    for field in schema.fields {
      // null and absent are the same to Kubernetes.
      guard let value = members[field.jsonName], !value.isNull else { continue }
      let path = path.appending(field.jsonName)
      if field.isServerManaged {
        report(.serverManaged, path, "is set by Teleport; declaring it has no effect")
      }
      encode(value, of: field, at: path, into: &writer)
    }
    return writer.bytes
  }

  private mutating func encode(
    _ value: JSONValue, of field: FieldSchema, at path: FieldPath, into writer: inout WireWriter
  ) {
    if case .map(let element) = field.kind {
      encodeMap(value, element: element, number: field.number, at: path, into: &writer)
      return
    }
    guard field.isRepeated else {
      if let scalar = scalar(value, field.kind, at: path) {
        scalar.write(field.number, omitsZero: true, into: &writer)
      }
      return
    }
    guard let items = value.array else {
      report(.wrongType, path, "expected a list, found \(value.typeName)")
      return
    }
    for (index, item) in items.enumerated() {
      if let scalar = scalar(item, field.kind, at: path.appending(index)) {
        scalar.write(field.number, omitsZero: false, into: &writer)
      }
    }
  }

  private mutating func encodeMap(
    _ value: JSONValue, element: FieldSchema.Kind, number: Int, at path: FieldPath,
    into writer: inout WireWriter
  ) {
    guard let members = value.object else {
      report(.wrongType, path, "expected an object, found \(value.typeName)")
      return
    }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      guard let scalar = scalar(value, element, at: path.appending(key)) else { continue }
      var entry = WireWriter()
      entry.string(1, key)
      scalar.write(2, omitsZero: false, into: &entry)
      writer.bytes(number, entry.bytes)
    }
  }

  // MARK: - One value

  private enum Scalar {
    case varint(UInt64)
    case bytes([UInt8])
    case fixed64(UInt64)
    /// A message that says something by being there, even when empty.
    case present([UInt8])

    func write(_ number: Int, omitsZero: Bool, into writer: inout WireWriter) {
      switch self {
      case .varint(0) where omitsZero, .fixed64(0) where omitsZero: return
      case .bytes(let bytes) where omitsZero && bytes.isEmpty: return
      case .varint(let value): writer.varint(number, value)
      case .fixed64(let value): writer.fixed64(number, value)
      case .bytes(let bytes), .present(let bytes): writer.bytes(number, bytes)
      }
    }
  }

  private mutating func scalar(
    _ value: JSONValue, _ kind: FieldSchema.Kind, at path: FieldPath
  ) -> Scalar? {
    switch kind {
    case .string: string(value, at: path).map { .bytes(Array($0.utf8)) }
    case .bytes: base64(value, at: path).map { .bytes($0) }
    case .bool: bool(value, at: path).map { .varint($0 ? 1 : 0) }
    case .optionalBool: bool(value, at: path).map { .present($0 ? [8, 1] : []) }
    case .int32: integer(value, in: Int64(Int32.min)...Int64(Int32.max), at: path)
    case .int64: integer(value, in: Int64.min...Int64.max, at: path)
    case .uint32: integer(value, in: 0...Int64(UInt32.max), at: path)
    case .uint64: integer(value, in: 0...Int64.max, at: path)
    case .double: double(value, at: path).map { .fixed64($0.bitPattern) }
    case .enumeration(let name): enumeration(value, registry.enumeration(name), at: path)
    case .message(let name):
      .bytes(encode(value, as: registry.message(name), at: path))
    case .map: nil
    case .duration: duration(value, at: path).map { .varint(UInt64(bitPattern: $0)) }
    case .durationMessage: durationMessage(value, at: path).map { .bytes($0) }
    case .timestamp: timestamp(value, at: path).map { .bytes($0) }
    case .labels: labels(value, allowsString: true, at: path).map { .bytes($0) }
    case .traits: labels(value, allowsString: false, at: path).map { .bytes($0) }
    }
  }

  private mutating func string(_ value: JSONValue, at path: FieldPath) -> String? {
    if let string = value.string { return string }
    var hint = ""
    if value.bool != nil || value.integer != nil { hint = "; put it in quotes" }
    report(.wrongType, path, "expected a string, found \(value.typeName)\(hint)")
    return nil
  }

  private mutating func base64(_ value: JSONValue, at path: FieldPath) -> [UInt8]? {
    guard let text = string(value, at: path) else { return nil }
    if let data = Data(base64Encoded: text) { return Array(data) }
    report(.invalidValue, path, "is not base64")
    return nil
  }

  /// Teleport also takes yes and no, which YAML 1.1 tools write unquoted.
  private mutating func bool(_ value: JSONValue, at path: FieldPath) -> Bool? {
    switch value {
    case .bool(let bool): return bool
    case .string("true"), .string("yes"): return true
    case .string("false"), .string("no"): return false
    default:
      report(.wrongType, path, "expected true or false, found \(value.typeName)")
      return nil
    }
  }

  private mutating func integer(
    _ value: JSONValue, in range: ClosedRange<Int64>, at path: FieldPath
  ) -> Scalar? {
    guard let integer = value.integer else {
      report(.wrongType, path, "expected an integer, found \(value.typeName)")
      return nil
    }
    guard range.contains(integer) else {
      report(.invalidValue, path, "must be from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return .varint(UInt64(bitPattern: integer))
  }

  private mutating func double(_ value: JSONValue, at path: FieldPath) -> Double? {
    switch value {
    case .number(let number): return number
    case .integer(let integer): return Double(integer)
    default:
      report(.wrongType, path, "expected a number, found \(value.typeName)")
      return nil
    }
  }

  private mutating func enumeration(
    _ value: JSONValue, _ schema: EnumSchema, at path: FieldPath
  ) -> Scalar? {
    let spelling: String
    switch value {
    case .integer(let number):
      if let known = schema.values.first(where: { Int64($0.number) == number }) {
        return .varint(UInt64(bitPattern: Int64(known.number)))
      }
      spelling = "\(number)"
    case .bool(let bool): spelling = "\(bool)"
    case .string(let string): spelling = string
    default:
      report(.wrongType, path, "expected a string, found \(value.typeName)")
      return nil
    }
    if let match = schema.values.first(where: { $0.spellings.contains(spelling) })
      ?? (spelling.isEmpty ? schema.values.first : nil)
    {
      return .varint(UInt64(bitPattern: Int64(match.number)))
    }
    let accepted = schema.values.flatMap(\.spellings).joined(separator: ", ")
    report(.invalidValue, path, "'\(spelling)' is not one of: \(accepted)")
    return nil
  }

  private mutating func duration(_ value: JSONValue, at path: FieldPath) -> Int64? {
    guard let text = value.string else {
      report(
        .wrongType, path, "expected a duration such as \"1h30m\", found \(value.typeName)")
      return nil
    }
    if text.isEmpty { return 0 }
    if let nanoseconds = DurationText.parse(text) { return nanoseconds }
    report(.invalidValue, path, "'\(text)' is not a duration such as 30m, 1h30m, 7d or never")
    return nil
  }

  /// Teleport's own JSON of this type is a number of nanoseconds; people write it like any other duration.
  private mutating func durationMessage(_ value: JSONValue, at path: FieldPath) -> [UInt8]? {
    guard let nanoseconds = value.integer ?? duration(value, at: path) else { return nil }
    return WireScalar.duration(nanoseconds: nanoseconds)
  }

  private mutating func timestamp(_ value: JSONValue, at path: FieldPath) -> [UInt8]? {
    guard let text = string(value, at: path) else { return nil }
    guard let time = TimestampText.parse(text) else {
      report(.invalidValue, path, "'\(text)' is not a time such as 2030-01-31T12:00:00Z")
      return nil
    }
    return time.isUnset ? [] : WireScalar.timestamp(time)
  }

  private mutating func labels(
    _ value: JSONValue, allowsString: Bool, at path: FieldPath
  ) -> [UInt8]? {
    guard let members = value.object else {
      report(.wrongType, path, "expected an object, found \(value.typeName)")
      return nil
    }
    var writer = WireWriter()
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let path = path.appending(key)
      var values = WireWriter()
      if allowsString, let text = value.string {
        values.string(1, text)
      } else if let items = value.array {
        for (index, item) in items.enumerated() {
          guard let text = string(item, at: path.appending(index)) else { continue }
          values.string(1, text)
        }
      } else if !value.isNull {
        let expected = allowsString ? "a string or a list of strings" : "a list of strings"
        report(.wrongType, path, "expected \(expected), found \(value.typeName)")
      }
      writer.bytes(1, WireScalar.mapEntry(key: key, message: values.bytes))
    }
    return writer.bytes
  }

  private mutating func report(_ code: SchemaIssue.Code, _ path: FieldPath, _ message: String) {
    issues.append(SchemaIssue(code, at: path.text, message))
  }
}
