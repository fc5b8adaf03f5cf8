/// A protobuf message, read by the encoding's description alone and not by the code under test.
struct ProtobufMessage: Sendable {
  private var fields: [UInt64: [[UInt8]]] = [:]

  /// - Returns: nil for bytes that are no message.
  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let tag = Self.varint(&rest), tag >> 3 > 0 else { return nil }
      let count: Int
      switch tag & 7 {
      case 0:
        guard Self.varint(&rest) != nil else { return nil }
        continue
      case 1: count = 8
      case 2:
        guard let length = Self.varint(&rest).flatMap(Int.init(exactly:)) else { return nil }
        count = length
      case 5: count = 4
      default: return nil
      }
      guard rest.count >= count else { return nil }
      fields[tag >> 3, default: []].append(Array(rest.prefix(count)))
      rest.removeFirst(count)
    }
  }

  func text(_ field: UInt64) -> String? {
    fields[field]?.last.map { String(decoding: $0, as: UTF8.self) }
  }

  func message(_ field: UInt64) -> ProtobufMessage? {
    fields[field]?.last.flatMap(ProtobufMessage.init)
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << UInt64(shift)
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
