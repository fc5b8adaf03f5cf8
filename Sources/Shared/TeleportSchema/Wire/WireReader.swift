/// Splits an encoded protobuf message into its fields, in the order they stand in.
///
/// Source: protobuf.dev/programming-guides/encoding. Groups are refused; Teleport has none.
public enum WireReader {
  /// All fields of a message.
  public static func fields(of message: some Collection<UInt8>) throws(WireError) -> [WireField] {
    var cursor = Cursor(bytes: ArraySlice(Array(message)))
    var fields: [WireField] = []
    while !cursor.isAtEnd { fields.append(try cursor.field()) }
    return fields
  }

  /// All varints of a packed field.
  public static func packedVarints(_ bytes: ArraySlice<UInt8>) throws(WireError) -> [UInt64] {
    var cursor = Cursor(bytes: bytes)
    var values: [UInt64] = []
    while !cursor.isAtEnd { values.append(try cursor.varint()) }
    return values
  }

  /// The payload that a path of field numbers leads to, last occurrence winning; nil where there is none.
  public static func bytes(
    at path: [Int], in message: some Collection<UInt8>
  ) throws(WireError) -> ArraySlice<UInt8>? {
    var current = ArraySlice(Array(message))
    for number in path {
      guard let next = try fields(of: current).last(where: { $0.number == number })?.bytes else {
        return nil
      }
      current = next
    }
    return current
  }
}

private struct Cursor {
  let bytes: ArraySlice<UInt8>
  var index: Int

  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  var isAtEnd: Bool { index >= bytes.endIndex }

  mutating func field() throws(WireError) -> WireField {
    let start = index
    let tag = try varint()
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw WireError(code: .malformedTag) }
    let value: WireField.Value
    switch tag & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try littleEndian(8))
    case 2: value = .bytes(try delimited())
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: try littleEndian(4)))
    default: throw WireError(code: .unsupportedWireType)
    }
    return WireField(number: Int(tag >> 3), value: value, raw: bytes[start..<index])
  }

  mutating func varint() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard index < bytes.endIndex else { throw WireError(code: .truncated) }
      guard shift < 64 else { throw WireError(code: .malformedVarint) }
      let byte = bytes[index]
      index += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
  }

  private mutating func delimited() throws(WireError) -> ArraySlice<UInt8> {
    let length = try varint()
    guard length <= UInt64(bytes.endIndex - index) else { throw WireError(code: .truncated) }
    defer { index += Int(length) }
    return bytes[index..<index + Int(length)]
  }

  private mutating func littleEndian(_ count: Int) throws(WireError) -> UInt64 {
    guard bytes.endIndex - index >= count else { throw WireError(code: .truncated) }
    defer { index += count }
    return bytes[index..<index + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
