/// Splits an encoded protobuf message into its fields, in the order they stand in.
///
/// Source: protobuf.dev/programming-guides/encoding. Groups are refused; Teleport has none.
public enum WireReader {
  /// All fields of a message.
  public static func fields(of message: some Collection<UInt8>) throws(WireError) -> [WireField] {
    let bytes = slice(message)
    var index = bytes.startIndex
    var fields: [WireField] = []
    while index < bytes.endIndex {
      let token = try WireToken(bytes, at: &index, before: bytes.endIndex)
      let value: WireField.Value =
        switch token.form {
        case .varint: .varint(token.value)
        case .fixed64: .fixed64(token.value)
        case .fixed32: .fixed32(UInt32(truncatingIfNeeded: token.value))
        case .bytes: .bytes(bytes[token.payload])
        }
      fields.append(
        WireField(number: token.number, value: value, raw: bytes[token.start..<index]))
    }
    return fields
  }

  /// All varints of a packed field.
  public static func packedVarints(_ bytes: ArraySlice<UInt8>) throws(WireError) -> [UInt64] {
    var index = bytes.startIndex
    var values: [UInt64] = []
    while index < bytes.endIndex {
      values.append(try WireToken.varint(bytes, at: &index, before: bytes.endIndex))
    }
    return values
  }

  /// The payload that a path of field numbers leads to, last occurrence winning; nil where there is none.
  public static func bytes(
    at path: [Int], in message: some Collection<UInt8>
  ) throws(WireError) -> ArraySlice<UInt8>? {
    let bytes = slice(message)
    var current = bytes.startIndex..<bytes.endIndex
    for number in path {
      var index = current.lowerBound
      var found: WireToken?
      while index < current.upperBound {
        let token = try WireToken(bytes, at: &index, before: current.upperBound)
        if token.number == number { found = token }
      }
      guard let found, found.form == .bytes else { return nil }
      current = found.payload
    }
    return bytes[current]
  }

  /// Without a copy where the message is an array or a slice of one.
  private static func slice(_ message: some Collection<UInt8>) -> ArraySlice<UInt8> {
    message as? ArraySlice<UInt8> ?? ArraySlice(message)
  }
}
