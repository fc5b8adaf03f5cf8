import Documents
import FoundationEssentials

/// Turns JSON into the wire form of a message, and collects everything that does not fit instead of stopping at it.
struct MessageEncoder {
  let registry: SchemaRegistry
  private(set) var issues: [SchemaIssue] = []
  /// Where the encoder is; spelled out only for an issue.
  private var path: [Step] = []
  private var writer = WireWriter()

  private enum Step {
    case name(String)
    case index(Int)
  }

  init(registry: SchemaRegistry) { self.registry = registry }

  /// - Returns: of no use where an issue is an error.
  mutating func encode(_ json: JSONValue, as schema: MessageSchema) -> [UInt8] {
    writer = WireWriter()
    writeFields(json, of: schema)
    return writer.bytes
  }

  private mutating func writeFields(_ json: JSONValue, of schema: MessageSchema) {
    guard case .object(let members) = json else {
      report(.wrongType, "expected an object, found \(json.typeName)")
      return
    }
    var unknown: [String] = []
    var known: [(field: FieldSchema, value: JSONValue)] = []
    known.reserveCapacity(members.count)
    for (name, value) in members {
      guard let field = schema.byJSONName[name] else {
        unknown.append(name)
        continue
      }
      // null and absent are the same to Kubernetes.
      if !value.isNull { known.append((field, value)) }
    }
    for name in unknown.sorted() {
      let suggestion = Suggestion.text(name, schema.fields.map(\.jsonName))
      within(.name(name)) { $0.report(.unknownField, "unknown field" + suggestion) }
    }
    if known.count > 1 { known.sort { $0.field.number < $1.field.number } }
    for (field, value) in known {
      within(.name(field.jsonName)) { encoder in
        if field.isServerManaged {
          encoder.report(.serverManaged, "is set by Teleport; declaring it has no effect")
        }
        encoder.write(value, of: field)
      }
    }
  }

  private mutating func write(_ value: JSONValue, of field: FieldSchema) {
    if case .map(let element) = field.kind {
      writeMap(value, element: element, number: field.number)
      return
    }
    guard field.isRepeated else {
      write(value, field.kind, field.number, isElement: false)
      return
    }
    guard case .array(let items) = value else {
      report(.wrongType, "expected a list, found \(value.typeName)")
      return
    }
    for (index, item) in items.enumerated() {
      within(.index(index)) { $0.write(item, field.kind, field.number, isElement: true) }
    }
  }

  private mutating func writeMap(_ value: JSONValue, element: FieldSchema.Kind, number: Int) {
    guard case .object(let members) = value else {
      report(.wrongType, "expected an object, found \(value.typeName)")
      return
    }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let mark = writer.begin(number)
      writer.string(1, key)
      within(.name(key)) { $0.write(value, element, 2, isElement: true) }
      writer.end(mark, keepsEmpty: true)
    }
  }

  // MARK: - One value

  /// - Parameter isElement: of a list or a map, where also a default is written.
  private mutating func write(
    _ value: JSONValue, _ kind: FieldSchema.Kind, _ number: Int, isElement: Bool
  ) {
    switch kind {
    case .string:
      guard let text = string(value), isElement || !text.isEmpty else { return }
      writer.string(number, text)
    case .bytes:
      guard let bytes = base64(value), isElement || !bytes.isEmpty else { return }
      writer.bytes(number, bytes)
    case .double:
      guard let bits = double(value)?.bitPattern, isElement || bits != 0 else { return }
      writer.fixed64(number, bits)
    case .bool, .int32, .int64, .uint32, .uint64, .enumeration, .duration:
      guard let bits = bits(value, kind), isElement || bits != 0 else { return }
      writer.varint(number, bits)
    case .optionalBool:
      // It says something by being there, even when empty.
      if let bool = bool(value) { writer.bytes(number, bool ? [8, 1] : []) }
    case .durationMessage:
      if let bytes = durationMessage(value), isElement || !bytes.isEmpty {
        writer.bytes(number, bytes)
      }
    case .timestamp:
      if let bytes = timestamp(value), isElement || !bytes.isEmpty { writer.bytes(number, bytes) }
    case .message, .labels, .traits:
      let mark = writer.begin(number)
      switch kind {
      case .message(let name): writeFields(value, of: registry.message(name))
      default: writeLabels(value, allowsString: kind == .labels)
      }
      writer.end(mark, keepsEmpty: isElement)
    // Protobuf has no map of maps.
    case .map: break
    }
  }

  private mutating func bits(_ value: JSONValue, _ kind: FieldSchema.Kind) -> UInt64? {
    switch kind {
    case .bool: bool(value).map { $0 ? 1 : 0 }
    case .int32: integer(value, in: Int64(Int32.min)...Int64(Int32.max))
    case .uint32: integer(value, in: 0...Int64(UInt32.max))
    case .uint64: integer(value, in: 0...Int64.max)
    case .enumeration(let name): enumeration(value, registry.enumeration(name))
    case .duration: duration(value).map(UInt64.init(bitPattern:))
    default: integer(value, in: Int64.min...Int64.max)
    }
  }

  private mutating func string(_ value: JSONValue) -> String? {
    if case .string(let string) = value { return string }
    var hint = ""
    if value.bool != nil || value.integer != nil { hint = "; put it in quotes" }
    report(.wrongType, "expected a string, found \(value.typeName)\(hint)")
    return nil
  }

  private mutating func base64(_ value: JSONValue) -> [UInt8]? {
    guard let text = string(value) else { return nil }
    if let data = Data(base64Encoded: text) { return Array(data) }
    report(.invalidValue, "is not base64")
    return nil
  }

  /// Teleport also takes yes and no, which YAML 1.1 tools write unquoted.
  private mutating func bool(_ value: JSONValue) -> Bool? {
    switch value {
    case .bool(let bool): return bool
    case .string("true"), .string("yes"): return true
    case .string("false"), .string("no"): return false
    default:
      report(.wrongType, "expected true or false, found \(value.typeName)")
      return nil
    }
  }

  private mutating func integer(_ value: JSONValue, in range: ClosedRange<Int64>) -> UInt64? {
    guard let integer = value.integer else {
      report(.wrongType, "expected an integer, found \(value.typeName)")
      return nil
    }
    guard range.contains(integer) else {
      report(.invalidValue, "must be from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return UInt64(bitPattern: integer)
  }

  private mutating func double(_ value: JSONValue) -> Double? {
    switch value {
    case .number(let number): return number
    case .integer(let integer): return Double(integer)
    default:
      report(.wrongType, "expected a number, found \(value.typeName)")
      return nil
    }
  }

  private mutating func enumeration(_ value: JSONValue, _ schema: EnumSchema) -> UInt64? {
    let spelling: String
    switch value {
    case .integer(let number):
      if let known = schema.values.first(where: { Int64($0.number) == number }) {
        return UInt64(bitPattern: Int64(known.number))
      }
      spelling = "\(number)"
    case .bool(let bool): spelling = "\(bool)"
    case .string(let string): spelling = string
    default:
      report(.wrongType, "expected a string, found \(value.typeName)")
      return nil
    }
    if let match = schema.values.first(where: { $0.spellings.contains(spelling) })
      ?? (spelling.isEmpty ? schema.values.first : nil)
    {
      return UInt64(bitPattern: Int64(match.number))
    }
    let accepted = schema.values.flatMap(\.spellings).joined(separator: ", ")
    report(.invalidValue, "'\(spelling)' is not one of: \(accepted)")
    return nil
  }

  private mutating func duration(_ value: JSONValue) -> Int64? {
    guard let text = value.string else {
      report(.wrongType, "expected a duration such as \"1h30m\", found \(value.typeName)")
      return nil
    }
    if text.isEmpty { return 0 }
    if let nanoseconds = DurationText.parse(text) { return nanoseconds }
    report(.invalidValue, "'\(text)' is not a duration such as 30m, 1h30m, 7d or never")
    return nil
  }

  /// Teleport's own JSON of this type is a number of nanoseconds; people write it like any other duration.
  private mutating func durationMessage(_ value: JSONValue) -> [UInt8]? {
    guard let nanoseconds = value.integer ?? duration(value) else { return nil }
    return WireScalar.duration(nanoseconds: nanoseconds)
  }

  private mutating func timestamp(_ value: JSONValue) -> [UInt8]? {
    guard let text = string(value) else { return nil }
    guard let time = TimestampText.parse(text) else {
      report(.invalidValue, "'\(text)' is not a time such as 2030-01-31T12:00:00Z")
      return nil
    }
    return time.isUnset ? [] : WireScalar.timestamp(time)
  }

  private mutating func writeLabels(_ value: JSONValue, allowsString: Bool) {
    guard case .object(let members) = value else {
      report(.wrongType, "expected an object, found \(value.typeName)")
      return
    }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let entry = writer.begin(1)
      writer.string(1, key)
      let values = writer.begin(2)
      within(.name(key)) { $0.writeLabelValues(value, allowsString: allowsString) }
      writer.end(values, keepsEmpty: true)
      writer.end(entry, keepsEmpty: true)
    }
  }

  private mutating func writeLabelValues(_ value: JSONValue, allowsString: Bool) {
    if allowsString, case .string(let text) = value {
      writer.string(1, text)
    } else if case .array(let items) = value {
      for (index, item) in items.enumerated() {
        within(.index(index)) { $0.write(item, .string, 1, isElement: true) }
      }
    } else if !value.isNull {
      let expected = allowsString ? "a string or a list of strings" : "a list of strings"
      report(.wrongType, "expected \(expected), found \(value.typeName)")
    }
  }

  // MARK: - Issues

  private mutating func within(_ step: Step, _ body: (inout MessageEncoder) -> Void) {
    path.append(step)
    body(&self)
    path.removeLast()
  }

  private mutating func report(_ code: SchemaIssue.Code, _ message: String) {
    let text = path.reduce(FieldPath()) {
      switch $1 {
      case .name(let name): $0.appending(name)
      case .index(let index): $0.appending(index)
      }
    }.text
    issues.append(SchemaIssue(code, at: text, message))
  }
}
