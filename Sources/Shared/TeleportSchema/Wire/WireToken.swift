/// Where one field of an encoded message stands, as offsets into the buffer that it was read from.
struct WireToken {
  enum Form: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  let number: Int
  let form: Form
  /// The offset of the tag.
  let start: Int
  /// A varint's or a fixed number's value; 0 for `.bytes`.
  let value: UInt64
  /// What `.bytes` carries; empty for numbers.
  let payload: Range<Int>

  /// Reads the field that begins at `index`, and moves `index` behind it.
  ///
  /// Source: protobuf.dev/programming-guides/encoding. Groups are refused; Teleport has none.
  init<Bytes: RandomAccessCollection<UInt8>>(
    _ bytes: Bytes, at index: inout Int, before end: Int
  ) throws(WireError) where Bytes.Index == Int {
    start = index
    let tag = try Self.varint(bytes, at: &index, before: end)
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw WireError(code: .malformedTag) }
    guard let form = Form(rawValue: UInt8(tag & 7)) else {
      throw WireError(code: .unsupportedWireType)
    }
    number = Int(tag >> 3)
    self.form = form
    switch form {
    case .varint:
      value = try Self.varint(bytes, at: &index, before: end)
      payload = index..<index
    case .fixed64, .fixed32:
      let count = form == .fixed64 ? 8 : 4
      guard end - index >= count else { throw WireError(code: .truncated) }
      var number: UInt64 = 0
      for offset in 0..<count { number |= UInt64(bytes[index + offset]) << UInt64(8 * offset) }
      index += count
      value = number
      payload = index..<index
    case .bytes:
      let length = try Self.varint(bytes, at: &index, before: end)
      guard length <= UInt64(end - index) else { throw WireError(code: .truncated) }
      value = 0
      payload = index..<index + Int(length)
      index = payload.upperBound
    }
  }

  static func varint<Bytes: RandomAccessCollection<UInt8>>(
    _ bytes: Bytes, at index: inout Int, before end: Int
  ) throws(WireError) -> UInt64 where Bytes.Index == Int {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard index < end else { throw WireError(code: .truncated) }
      guard shift < 64 else { throw WireError(code: .malformedVarint) }
      let byte = bytes[index]
      index += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
  }
}
