import SandboxFaults

@testable import TeleportSchema

/// Makes up encoded messages of a schema, in every form that an encoding may take: fields in any order, single fields
/// and map keys more than once, messages in pieces, packed and unpacked numbers, fields that nobody knows, and now and
/// then one of the wrong type.
///
/// Numbers stay within what JSON can say of them: see `CanonicalFormTests` for the rest.
struct MessageGenerator {
  let registry: SchemaRegistry
  var random: SeededGenerator

  /// The fields of a message, each encoded, with its number.
  typealias Fields = [(number: Int, bytes: [UInt8])]

  init(_ schema: ResourceSchema, seed: UInt64) {
    registry = schema.registry
    random = SeededGenerator(seed: seed)
  }

  mutating func message(_ schema: MessageSchema, depth: Int = 0) -> [UInt8] {
    shuffled(fields(of: schema, depth: depth))
  }

  mutating func fields(of schema: MessageSchema, depth: Int = 0) -> Fields {
    var fields: Fields = []
    // No encoder writes two of a oneof.
    var oneofs: Set<String> = []
    for field in schema.fields where chance(depth < 2 ? 0.5 : 0.25) {
      if let oneof = field.oneof, !oneofs.insert(oneof).inserted { continue }
      for bytes in occurrences(of: field, depth: depth) { fields.append((field.number, bytes)) }
    }
    if chance(0.3) { fields.append(unknown()) }
    return fields
  }

  mutating func unknown() -> (number: Int, bytes: [UInt8]) {
    var writer = WireWriter()
    let number = 1900 + Int.random(in: 0..<5, using: &random)
    if chance(0.5) { writer.varint(number, 7) } else { writer.string(number, "what is this") }
    return (number, writer.bytes)
  }

  /// In any order, but equal numbers in theirs.
  mutating func shuffled(_ fields: Fields) -> [UInt8] {
    var waiting = Dictionary(grouping: fields, by: \.number).mapValues { $0.map(\.bytes)[...] }
    return fields.map(\.number).shuffled(using: &random).flatMap {
      waiting[$0]?.popFirst() ?? []
    }
  }

  mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

  // MARK: -

  private mutating func occurrences(of field: FieldSchema, depth: Int) -> [[UInt8]] {
    let mayRepeat = field.isRepeated || chance(0.3)
    let isMap = if case .map = field.kind { true } else { false }
    return (0..<Int.random(in: 1...(mayRepeat || isMap ? 3 : 1), using: &random)).map { _ in
      var writer = WireWriter()
      if chance(0.02) {
        writer.varint(field.number, 1)
      } else if case .map(let element) = field.kind {
        writer.bytes(field.number, entry(element, depth: depth))
      } else if field.isRepeated, field.kind.isVarint, chance(0.5) {
        var packed = WireWriter()
        for _ in 0..<3 { packed.varint(1, number(field.kind)) }
        // Without their tags, which take one byte each.
        let fields = (try? WireReader.fields(of: packed.bytes)) ?? []
        writer.bytes(field.number, fields.flatMap { $0.raw.dropFirst() })
      } else {
        write(field.kind, field.number, depth: depth, to: &writer)
      }
      return writer.bytes
    }
  }

  private mutating func entry(_ element: FieldSchema.Kind, depth: Int) -> [UInt8] {
    var fields: Fields = []
    if chance(0.9) {
      var key = WireWriter()
      key.string(1, pick(["", "a", "b", "teleport.dev/origin", "teleport.internal/x", "é", "Z"]))
      fields.append((1, key.bytes))
    }
    for _ in 0..<pick([0, 1, 1, 1, 2]) {
      var value = WireWriter()
      write(element, 2, depth: depth, to: &value)
      fields.append((2, value.bytes))
    }
    return shuffled(fields)
  }

  private mutating func write(
    _ kind: FieldSchema.Kind, _ number: Int, depth: Int, to writer: inout WireWriter
  ) {
    switch kind {
    case .string: writer.string(number, pick(["", "a", "root", "{{external.logins}}", "ü"]))
    case .bytes: writer.bytes(number, pick([[], [0], [1, 2, 255]]))
    case .double: writer.fixed64(number, pick([0, 1.5, -0.0, -3e9]).bitPattern)
    case .bool, .int32, .int64, .uint32, .uint64, .enumeration, .duration:
      writer.varint(number, self.number(kind))
    case .optionalBool: writer.bytes(number, pick([[], [8, 0], [8, 1], [8, 1, 8, 0]]))
    case .timestamp:
      let goZero = TimestampText.Value.goZeroSeconds
      writer.bytes(number, time(seconds: pick([0, 1, 1_700_000_000, -5, goZero])))
    case .durationMessage, .durationSeconds:
      writer.bytes(number, time(seconds: pick([0, 1, 3600, 100_000])))
    case .labels, .traits: writer.bytes(number, message("types.LabelValues", depth: depth + 1))
    case .message(let name): writer.bytes(number, message(name, depth: depth + 1))
    case .strings: writer.bytes(number, message("types.StringValues", depth: depth + 1))
    case .structure: writer.bytes(number, message("google.protobuf.Struct", depth: depth + 1))
    case .traitList: writer.bytes(number, entry(.string, depth: depth))
    case .map: break
    }
  }

  private mutating func message(_ name: String, depth: Int) -> [UInt8] {
    message(registry.message(name), depth: depth)
  }

  private mutating func number(_ kind: FieldSchema.Kind) -> UInt64 {
    switch kind {
    case .enumeration(let name):
      let numbers = registry.enumeration(name).values.map(\.number)
      return UInt64(bitPattern: Int64(pick(numbers)))
    case .duration, .uint64: return pick([0, 1, 3_600_000_000_000, UInt64(Int64.max)])
    default: return pick([0, 1, 2, 1 << 31, 1 << 32, UInt64.max])
    }
  }

  private mutating func time(seconds: Int64) -> [UInt8] {
    var writer = WireWriter()
    if seconds != 0 || chance(0.5) { writer.varint(1, UInt64(bitPattern: seconds)) }
    let nanoseconds: UInt64 = pick([0, 0, 250_000_000, 1])
    if nanoseconds != 0 { writer.varint(2, nanoseconds) }
    return writer.bytes
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &random)]
  }
}
