import Documents

/// Writes values in fewer bytes than JSON takes.
///
/// A value is one byte that says what it is, and what follows from that:
///
///     0x00 null, 0x01 false, 0x02 true, 0x03 an integer (zigzag, 7 bits a byte), 0x04 a double (8 bytes)
///     0x05 a list and 0x06 an object: their members, an object's each after its name, and 0x07 at the end
///     0x08 a string: its length (7 bits a byte) and UTF-8
///     0x20…0x3F an integer from 0 to 31
///     0x40…0x7F a string of 0 to 63 bytes of UTF-8
///     0x80…0xFF a string of the `TextTable`: 6 bits of its number, and where 0x40 is set the rest (7 bits a byte)
struct ValuePacker {
  static let end: UInt8 = 0x07

  private(set) var bytes: [UInt8] = []
  let object: Int

  /// - Parameter object: a number of the object that the values belong to.
  init(object: Int) { self.object = object }

  /// Packs the next value of a text that was checked before.
  mutating func pack(
    _ reader: inout JSONReader, _ table: inout TextTable.Content
  ) throws(DocumentError) {
    switch try reader.peek() {
    case UInt8(ascii: "{"):
      bytes.append(0x06)
      try reader.beginObject()
      while let name = try reader.nextName() {
        pack(name, &table)
        try pack(&reader, &table)
      }
      bytes.append(Self.end)
    case UInt8(ascii: "["):
      bytes.append(0x05)
      try reader.beginArray()
      while try reader.nextElement() { try pack(&reader, &table) }
      bytes.append(Self.end)
    case UInt8(ascii: "\""): pack(try reader.string(), &table)
    default: pack(scalar: try reader.value())
    }
  }

  /// Packs an object of members whose values stand in the text.
  mutating func pack(
    _ members: [(name: String, part: Range<Int>)], of text: [UInt8],
    _ table: inout TextTable.Content
  ) {
    bytes.append(0x06)
    for member in members {
      pack(member.name, &table)
      pack(checked: text, member.part, &table)
    }
    bytes.append(Self.end)
  }

  private mutating func pack(scalar value: JSONValue) {
    switch value {
    case .bool(let bool): bytes.append(bool ? 0x02 : 0x01)
    case .integer(let integer): pack(integer)
    case .number(let number):
      bytes.append(0x04)
      withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    default: bytes.append(0x00)
    }
  }

  mutating func pack(_ integer: Int64) {
    if (0..<32).contains(integer) {
      bytes.append(0x20 | UInt8(integer))
    } else {
      bytes.append(0x03)
      append(varint: UInt64(bitPattern: integer << 1 ^ integer >> 63))
    }
  }

  mutating func pack(_ text: String, _ table: inout TextTable.Content) {
    if let number = table.number(of: text, in: object) {
      let isLarge = number >= 0x40
      bytes.append(0x80 | (isLarge ? 0x40 : 0) | UInt8(number & 0x3F))
      if isLarge { append(varint: UInt64(number >> 6)) }
      return
    }
    let utf8 = text.utf8
    if utf8.count < 0x40 {
      bytes.append(0x40 | UInt8(utf8.count))
    } else {
      bytes.append(0x08)
      append(varint: UInt64(utf8.count))
    }
    bytes.append(contentsOf: utf8)
  }

  mutating func pack(_ text: String?, _ table: inout TextTable.Content) {
    if let text { pack(text, &table) } else { bytes.append(0x00) }
  }

  mutating func pack(_ texts: [String: String], _ table: inout TextTable.Content) {
    bytes.append(0x06)
    for (name, text) in texts {
      pack(name, &table)
      pack(text, &table)
    }
    bytes.append(Self.end)
  }

  mutating func pack(_ texts: [String], _ table: inout TextTable.Content) {
    bytes.append(0x05)
    for text in texts { pack(text, &table) }
    bytes.append(Self.end)
  }

  private mutating func append(varint: UInt64) {
    var rest = varint
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
