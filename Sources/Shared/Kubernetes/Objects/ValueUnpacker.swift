import Documents

/// Reads what `ValuePacker` has written.
struct ValueUnpacker {
  private let bytes: [UInt8]
  private var position: Int
  private let texts: [String]

  init(_ bytes: [UInt8], from position: Int, _ texts: [String]) {
    self.bytes = bytes
    self.position = position
    self.texts = texts
  }

  mutating func value() -> JSONValue {
    let tag = next()
    switch tag {
    case 0x01: return .bool(false)
    case 0x02: return .bool(true)
    case 0x03:
      let value = varint()
      return .integer(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    case 0x04:
      var pattern: UInt64 = 0
      for shift in 0..<8 { pattern |= UInt64(next()) << (8 * shift) }
      return .number(Double(bitPattern: pattern))
    case 0x05:
      var elements: [JSONValue] = []
      while !isAtEnd() { elements.append(value()) }
      return .array(elements)
    case 0x06:
      var members: [String: JSONValue] = [:]
      while !isAtEnd() {
        let name = text(next())
        members[name] = value()
      }
      return .object(members)
    case 0x20..<0x40: return .integer(Int64(tag & 0x1F))
    case 0x08, 0x40...0xFF: return .string(text(tag))
    default: return .null
    }
  }

  private mutating func text(_ tag: UInt8) -> String {
    if tag & 0x80 != 0 {
      let rest = tag & 0x40 != 0 ? varint() : 0
      return texts[Int(rest << 6) | Int(tag & 0x3F)]
    }
    let length = tag == 0x08 ? Int(varint()) : Int(tag & 0x3F)
    defer { position += length }
    return String(decoding: bytes[position..<position + length], as: UTF8.self)
  }

  private mutating func isAtEnd() -> Bool {
    guard bytes[position] == ValuePacker.end else { return false }
    position += 1
    return true
  }

  private mutating func next() -> UInt8 {
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func varint() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = next()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }
}
