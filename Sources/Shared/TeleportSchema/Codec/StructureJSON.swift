import Documents

/// `google.protobuf.Struct`: any JSON object on the wire.
///
/// Source: google/protobuf/struct.proto. Numbers are doubles there, as in JSON itself.
enum StructureJSON {
  private enum ValueField {
    static let null = 1
    static let number = 2
    static let string = 3
    static let bool = 4
    static let structure = 5
    static let list = 6
  }

  /// nil for what is no object.
  static func bytes(of json: JSONValue) -> [UInt8]? {
    guard case .object(let members) = json else { return nil }
    var writer = WireWriter()
    write(members, &writer)
    return writer.bytes
  }

  static func json(_ bytes: some Collection<UInt8>) throws(WireError) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for entry in try WireReader.fields(of: bytes) where entry.number == 1 {
      let parts = try WireReader.fields(of: entry.bytes ?? [])
      let key = parts.last { $0.number == 1 }?.string ?? ""
      members[key] = try value(parts.last { $0.number == 2 }?.bytes ?? [])
    }
    return .object(members)
  }

  private static func write(_ members: [String: JSONValue], _ writer: inout WireWriter) {
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let entry = writer.begin(1)
      writer.string(1, key)
      let mark = writer.begin(2)
      write(value, &writer)
      writer.end(mark, keepsEmpty: true)
      writer.end(entry, keepsEmpty: true)
    }
  }

  private static func write(_ value: JSONValue, _ writer: inout WireWriter) {
    switch value {
    case .null: writer.varint(ValueField.null, 0)
    case .integer(let integer): writer.fixed64(ValueField.number, Double(integer).bitPattern)
    case .number(let number): writer.fixed64(ValueField.number, number.bitPattern)
    case .string(let text): writer.string(ValueField.string, text)
    case .bool(let bool): writer.varint(ValueField.bool, bool ? 1 : 0)
    case .object(let members):
      let mark = writer.begin(ValueField.structure)
      write(members, &writer)
      writer.end(mark, keepsEmpty: true)
    case .array(let items):
      let mark = writer.begin(ValueField.list)
      for item in items {
        let element = writer.begin(1)
        write(item, &writer)
        writer.end(element, keepsEmpty: true)
      }
      writer.end(mark, keepsEmpty: true)
    }
  }

  private static func value(_ bytes: ArraySlice<UInt8>) throws(WireError) -> JSONValue {
    guard let field = try WireReader.fields(of: bytes).last else { return .null }
    switch (field.number, field.value) {
    case (ValueField.number, .fixed64(let bits)):
      let number = Double(bitPattern: bits)
      return Int64(exactly: number).map { .integer($0) } ?? .number(number)
    case (ValueField.string, _): return .string(field.string ?? "")
    case (ValueField.bool, .varint(let bit)): return .bool(bit != 0)
    case (ValueField.structure, .bytes(let object)): return try json(object)
    case (ValueField.list, .bytes(let list)):
      var items: [JSONValue] = []
      for item in try WireReader.fields(of: list) where item.number == 1 {
        items.append(try value(item.bytes ?? []))
      }
      return .array(items)
    default: return .null
    }
  }
}
