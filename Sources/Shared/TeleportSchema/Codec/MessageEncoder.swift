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

  /// Whether messages are written that servers miss where they are not there.
  private let fillsIn: Bool

  init(registry: SchemaRegistry, fillsIn: Bool = true) {
    self.registry = registry
    self.fillsIn = fillsIn
  }

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
    var parts: [Part] = []
    var inlined: [Int: [String: JSONValue]] = [:]
    parts.reserveCapacity(members.count)
    for (name, value) in members {
      switch schema.member(name) {
      case nil: unknown.append(name)
      // null and absent are the same to Kubernetes.
      case _ where value.isNull: break
      case .field(let field)?: parts.append(.field(field, value))
      case .group(let group)?: parts.append(.group(group, name, value))
      case .inlined(let field, _)?: inlined[field.number, default: [:]][name] = value
      }
    }
    for (field, message) in schema.inlined {
      if let members = inlined[field.number] { parts.append(.inlined(field, message, members)) }
    }
    for field in schema.alwaysSent where fillsIn && members[field.jsonName]?.isNull ?? true {
      parts.append(.field(field, [:]))
    }
    for name in unknown.sorted() {
      let suggestion = Suggestion.text(name, schema.memberNames)
      within(.name(name)) { $0.report(.unknownField, "unknown field" + suggestion) }
    }
    if parts.count > 1 { parts.sort { $0.number < $1.number } }
    checkOneofs(parts, of: schema)
    for part in parts { write(part) }
  }

  /// What is written together, in the order of the numbers.
  private enum Part {
    case field(FieldSchema, JSONValue)
    case group(MessageSchema, String, JSONValue)
    case inlined(FieldSchema, MessageSchema, [String: JSONValue])

    var number: Int {
      switch self {
      case .field(let field, _): field.number
      case .group(let message, _, _): message.fields.first?.number ?? 0
      case .inlined(let field, _, _): field.number
      }
    }
  }

  private mutating func write(_ part: Part) {
    switch part {
    case .field(let field, let value):
      within(.name(field.jsonName)) { encoder in
        if field.isServerManaged {
          encoder.report(.serverManaged, "is set by Teleport; declaring it has no effect")
        }
        encoder.write(value, of: field)
      }
    case .group(let message, let name, let value):
      within(.name(name)) { $0.writeFields(value, of: message) }
    case .inlined(let field, let message, let members):
      let mark = writer.begin(field.number)
      writeFields(.object(members), of: message)
      writer.end(mark, keepsEmpty: false)
    }
  }

  private mutating func checkOneofs(_ parts: [Part], of schema: MessageSchema) {
    var chosen: [String: String] = [:]
    for case .field(let field, _) in parts {
      guard let oneof = field.oneof else { continue }
      if let first = chosen[oneof] {
        within(.name(field.jsonName)) { $0.report(.invalidValue, "cannot stand beside \(first)") }
      } else {
        chosen[oneof] = field.jsonName
      }
    }
  }

  private mutating func write(_ value: JSONValue, of field: FieldSchema) {
    switch field.kind {
    case .map(let element):
      writeMap(value, number: field.number) { $0.write($1, element, 2, isElement: true) }
      return
    case .traitList:
      writeMap(value, number: field.number) { $0.writeStrings($1, 2, allowsString: false) }
      return
    default: break
    }
    guard field.isRepeated else {
      write(
        value, field.kind, field.number,
        isElement: field.hasPresence || fillsIn && field.isAlwaysSent)
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

  /// - Parameter write: writes the value of an entry.
  private mutating func writeMap(
    _ value: JSONValue, number: Int, _ write: (inout MessageEncoder, JSONValue) -> Void
  ) {
    guard case .object(let members) = value else {
      report(.wrongType, "expected an object, found \(value.typeName)")
      return
    }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let mark = writer.begin(number)
      writer.string(1, key)
      within(.name(key)) { write(&$0, value) }
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
      if let bool = optionalBool(value) { writer.bytes(number, bool ? [8, 1] : []) }
    case .durationMessage:
      if let bytes = durationMessage(value), isElement || !bytes.isEmpty {
        writer.bytes(number, bytes)
      }
    case .durationSeconds:
      if let bytes = durationSeconds(value), isElement || !bytes.isEmpty {
        writer.bytes(number, bytes)
      }
    case .timestamp:
      if let bytes = timestamp(value), isElement || !bytes.isEmpty { writer.bytes(number, bytes) }
    case .message, .labels, .traits, .strings, .structure:
      let mark = writer.begin(number)
      switch kind {
      case .message(let name): writeFields(value, of: registry.message(name))
      case .strings(let allowsString): writeStrings(value, 1, allowsString: allowsString)
      case .structure: writeStructure(value)
      default: writeLabels(value, allowsString: kind == .labels)
      }
      writer.end(mark, keepsEmpty: isElement)
    // Protobuf has no map of maps, and no map of lists.
    case .map, .traitList: break
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

  private mutating func bool(_ value: JSONValue) -> Bool? {
    if case .bool(let bool) = value { return bool }
    let hint = value.string.flatMap(Self.truth) == nil ? "" : "; take away the quotes"
    report(.wrongType, "expected true or false, found \(value.typeName)\(hint)")
    return nil
  }

  private mutating func optionalBool(_ value: JSONValue) -> Bool? {
    if let truth = value.bool ?? value.string.flatMap(Self.truth) { return truth }
    report(.wrongType, "expected true or false, found \(value.typeName)")
    return nil
  }

  /// What Teleport takes for a word of that meaning, where a boolean may be left out (utils.ParseBool).
  private static func truth(_ word: String) -> Bool? {
    switch word.lowercased() {
    case "true", "yes", "yeah", "y", "1", "on": true
    case "false", "no", "nope", "n", "0", "off": false
    default: nil
    }
  }

  private mutating func integer(_ value: JSONValue, in range: ClosedRange<Int64>) -> UInt64? {
    guard let integer = value.integer ?? value.wholeNumber else {
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
    case .integer where schema.takesWordsOnly:
      let hint = schema.values.compactMap(\.spellings.first).joined(separator: ", ")
      report(.wrongType, "expected a string, found \(value.typeName); use one of: \(hint)")
      return nil
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
    if let nanoseconds = DurationText.parse(text) { return nanoseconds }
    report(.invalidValue, "'\(text)' is not a duration such as 30m, 1h30m, 7d or never")
    return nil
  }

  /// Teleport's own JSON of this type is a number of nanoseconds; people write it like any other duration.
  private mutating func durationMessage(_ value: JSONValue) -> [UInt8]? {
    guard let nanoseconds = value.integer ?? duration(value) else { return nil }
    return WireScalar.duration(nanoseconds: nanoseconds)
  }

  private mutating func durationSeconds(_ value: JSONValue) -> [UInt8]? {
    guard let text = value.string else {
      report(
        .wrongType, "expected a duration in seconds such as \"5400s\", found \(value.typeName)")
      return nil
    }
    guard let duration = SecondsText.parse(text) else {
      report(.invalidValue, "'\(text)' is not a number of seconds such as 5400s or 0.5s")
      return nil
    }
    return WireScalar.duration(duration)
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
    writeMap(value, number: 1) { encoder, value in
      let values = encoder.writer.begin(2)
      encoder.writeStrings(value, 1, allowsString: allowsString)
      encoder.writer.end(values, keepsEmpty: true)
    }
  }

  private mutating func writeStrings(_ value: JSONValue, _ number: Int, allowsString: Bool) {
    if allowsString, case .string(let text) = value {
      writer.string(number, text)
    } else if case .array(let items) = value {
      for (index, item) in items.enumerated() {
        within(.index(index)) { $0.write(item, .string, number, isElement: true) }
      }
    } else if !value.isNull {
      let expected = allowsString ? "a string or a list of strings" : "a list of strings"
      report(.wrongType, "expected \(expected), found \(value.typeName)")
    }
  }

  private mutating func writeStructure(_ value: JSONValue) {
    if let bytes = StructureJSON.bytes(of: value) {
      writer.append(encoded: bytes)
    } else {
      report(.wrongType, "expected an object, found \(value.typeName)")
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

extension JSONValue {
  /// A number such as 1.0.
  fileprivate var wholeNumber: Int64? {
    if case .number(let number) = self { Int64(exactly: number) } else { nil }
  }
}
