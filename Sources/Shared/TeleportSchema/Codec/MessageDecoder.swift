import Documents
import FoundationEssentials

/// Turns the wire form of a message into JSON. What the schema does not know is left out; zero values are too.
struct MessageDecoder {
  /// Which fields to read.
  enum Content {
    case all
    /// Those that a custom resource may set.
    case managed
    /// Those that a custom resource has the say of: not what Teleport changes after the creation.
    case compared
  }

  let registry: SchemaRegistry
  var content = Content.all

  private func isLeftOut(_ field: FieldSchema) -> Bool {
    switch content {
    case .all: false
    case .managed: field.isServerManaged
    case .compared: field.isServerManaged || field.isInitial
    }
  }

  func decode(
    _ bytes: some Collection<UInt8>, as schema: MessageSchema
  ) throws(WireError) -> JSONValue {
    let fields = Dictionary(grouping: try WireReader.fields(of: bytes), by: \.number)
    var members: [String: JSONValue] = [:]
    for field in schema.fields where !isLeftOut(field) {
      guard let occurrences = fields[field.number],
        let value = try value(of: field, occurrences)
      else { continue }
      if let group = field.group {
        members[group, default: [:]][field.jsonName] = value
      } else if field.isInline {
        for (name, value) in value.object ?? [:] { members[name] = value }
      } else {
        members[field.jsonName] = value
      }
    }
    return .object(members)
  }

  private func value(
    of field: FieldSchema, _ occurrences: [WireField]
  ) throws(WireError) -> JSONValue? {
    if case .map(let element) = field.kind { return try map(element, field, occurrences) }
    if field.kind == .traitList { return try traits(occurrences) }
    if field.isRepeated {
      var items: [JSONValue] = []
      let ordered = field.isUnordered ? try sorted(occurrences, field.kind) : occurrences
      for occurrence in ordered { items += try elements(field.kind, occurrence) }
      return items.isEmpty ? nil : .array(items)
    }
    return try scalar(field.kind, occurrences, omitsZero: !field.hasPresence)
  }

  private func map(
    _ element: FieldSchema.Kind, _ field: FieldSchema, _ occurrences: [WireField]
  ) throws(WireError) -> JSONValue? {
    var members: [String: JSONValue] = [:]
    for occurrence in occurrences {
      let entry = try WireReader.fields(of: occurrence.bytes ?? [])
      let key = entry.last { $0.number == 1 }?.string ?? ""
      if content != .all, let prefix = field.serverManagedKeys, key.utf8.starts(with: prefix.utf8) {
        continue
      }
      let values = entry.filter { $0.number == 2 }
      members[key] = try scalar(element, values, omitsZero: false) ?? .string("")
    }
    return members.isEmpty ? nil : .object(members)
  }

  private func traits(_ occurrences: [WireField]) throws(WireError) -> JSONValue? {
    var members: [String: JSONValue] = [:]
    for occurrence in occurrences {
      let parts = try WireReader.fields(of: occurrence.bytes ?? [])
      let values = parts.filter { $0.number == 2 }.map { JSONValue.string($0.string ?? "") }
      members[parts.last { $0.number == 1 }?.string ?? ""] = .array(values)
    }
    return members.isEmpty ? nil : .object(members)
  }

  /// In the order that the canonical form has.
  private func sorted(
    _ occurrences: [WireField], _ kind: FieldSchema.Kind
  ) throws(WireError) -> [WireField] {
    var keyed: [(key: [UInt8], field: WireField)] = []
    for occurrence in occurrences {
      var key = Array(occurrence.bytes ?? [])
      if case .message(let name) = kind, let root = registry.canonical.position(of: name) {
        key = try CanonicalWriter.bytes(of: key, as: root, registry.canonical)
      }
      keyed.append((key, occurrence))
    }
    return keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.field)
  }

  private func elements(
    _ kind: FieldSchema.Kind, _ occurrence: WireField
  ) throws(WireError) -> [JSONValue] {
    // Scalars may come packed.
    if case .bytes(let bytes) = occurrence.value, kind.isVarint {
      return try WireReader.packedVarints(bytes).map { json(kind, varint: $0) }
    }
    return [try scalar(kind, [occurrence], omitsZero: false) ?? .null]
  }

  private func scalar(
    _ kind: FieldSchema.Kind, _ occurrences: [WireField], omitsZero: Bool
  ) throws(WireError) -> JSONValue? {
    guard let last = occurrences.last else { return nil }
    if kind.isVarint {
      let value = last.varint ?? 0
      return value == 0 && omitsZero ? nil : json(kind, varint: value)
    }
    // The parts of a message that came in pieces belong together.
    let bytes = occurrences.reduce(into: [UInt8]()) { $0 += $1.bytes ?? [] }
    switch kind {
    case .string:
      let text = last.string ?? ""
      return text.isEmpty && omitsZero ? nil : .string(text)
    case .bytes:
      let payload = last.bytes ?? []
      return payload.isEmpty && omitsZero
        ? nil : .string(Data(payload).base64EncodedString())
    case .double:
      guard case .fixed64(let bits) = last.value, bits != 0 || !omitsZero else { return nil }
      return .number(Double(bitPattern: bits))
    case .optionalBool:
      let value = try WireReader.fields(of: bytes).last { $0.number == 1 }?.varint
      return .bool(value ?? 0 != 0)
    case .message(let name):
      let object = try decode(bytes, as: registry.message(name))
      return object == .object([:]) && omitsZero ? nil : object
    case .durationMessage:
      let time = try secondsAndNanoseconds(bytes)
      let (product, overflow) = time.seconds.multipliedReportingOverflow(by: 1_000_000_000)
      let (sum, overflowed) = product.addingReportingOverflow(Int64(time.nanoseconds))
      guard !overflow, !overflowed, sum != 0 || !omitsZero else { return nil }
      return .string(DurationText.format(sum))
    case .durationSeconds:
      let time = try secondsAndNanoseconds(bytes)
      if omitsZero, time.seconds == 0, time.nanoseconds == 0 { return nil }
      return .string(
        SecondsText.format(.init(seconds: time.seconds, nanoseconds: time.nanoseconds)))
    case .strings(let allowsString):
      let values = try strings(bytes)
      if values.isEmpty, omitsZero { return nil }
      return values.count == 1 && allowsString ? values[0] : .array(values)
    case .structure:
      let object = try StructureJSON.json(bytes)
      return object == .object([:]) && omitsZero ? nil : object
    case .timestamp:
      let time = try secondsAndNanoseconds(bytes)
      // A timestamp of nothing at all is how "not set" looks in other encoders.
      if time.isUnset || bytes.isEmpty { return nil }
      return .string(TimestampText.format(time))
    case .labels, .traits:
      let object = try labels(bytes, asList: kind == .traits)
      return object.isEmpty && omitsZero ? nil : .object(object)
    default:
      return nil
    }
  }

  private func labels(
    _ bytes: [UInt8], asList: Bool
  ) throws(WireError) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for entry in try WireReader.fields(of: bytes) where entry.number == 1 {
      let parts = try WireReader.fields(of: entry.bytes ?? [])
      let key = parts.last { $0.number == 1 }?.string ?? ""
      var values: [JSONValue] = []
      for part in parts where part.number == 2 { values += try strings(part.bytes ?? []) }
      members[key] = values.count == 1 && !asList ? values[0] : .array(values)
    }
    return members
  }

  private func strings(_ bytes: some Collection<UInt8>) throws(WireError) -> [JSONValue] {
    try WireReader.fields(of: bytes).filter { $0.number == 1 }.map { .string($0.string ?? "") }
  }

  private func secondsAndNanoseconds(
    _ bytes: [UInt8]
  ) throws(WireError) -> TimestampText.Value {
    let fields = try WireReader.fields(of: bytes)
    let seconds = fields.last { $0.number == 1 }?.varint ?? 0
    let nanoseconds = fields.last { $0.number == 2 }?.varint ?? 0
    return TimestampText.Value(
      seconds: Int64(bitPattern: seconds), nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
  }

  private func json(_ kind: FieldSchema.Kind, varint: UInt64) -> JSONValue {
    switch kind {
    case .bool: return .bool(varint != 0)
    case .int32: return .integer(Int64(Int32(truncatingIfNeeded: varint)))
    case .uint32: return .integer(Int64(UInt32(truncatingIfNeeded: varint)))
    case .duration: return .string(DurationText.format(Int64(bitPattern: varint)))
    case .enumeration(let name):
      let number = Int32(truncatingIfNeeded: varint)
      let known = registry.enumeration(name).values.first { $0.number == number }
      switch known?.spellings.first {
      case "true"?: return .bool(true)
      case "false"?: return .bool(false)
      case let spelling?: return .string(spelling)
      case nil: return .integer(Int64(number))
      }
    default: return .integer(Int64(bitPattern: varint))
    }
  }
}

extension FieldSchema.Kind {
  var isVarint: Bool {
    switch self {
    case .bool, .int32, .int64, .uint32, .uint64, .enumeration, .duration: true
    default: false
    }
  }
}
