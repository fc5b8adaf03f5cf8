import TeleportSchema

/// A `wrappers.LabelValues` message as a map.
enum LabelValues {
  static func decode(_ message: [UInt8]) -> [String: [String]] {
    Dictionary(
      message.messages(at: [1]).map { ($0.string(at: [1]), $0.strings(at: [2, 1])) }
    ) { _, last in last }
  }

  static func encode(_ labels: [String: [String]]) -> [UInt8] {
    var writer = WireWriter()
    for (key, values) in labels.sorted(by: { $0.key < $1.key }) {
      var list = WireWriter()
      for element in values { list.string(1, element) }
      var entry = WireWriter()
      entry.string(1, key)
      entry.bytes(2, list.bytes)
      writer.bytes(1, entry.bytes)
    }
    return writer.bytes
  }

  static let everything = encode(["*": ["*"]])
}

/// A `google.protobuf.Timestamp`.
enum TimestampMessage {
  /// How Go writes a time that was never set: the year 1.
  static let unset: [UInt8] = encode(seconds: -62_135_596_800)

  static func encode(seconds: Int64, nanoseconds: Int64 = 0) -> [UInt8] {
    var writer = WireWriter()
    if seconds != 0 { writer.varint(1, UInt64(bitPattern: seconds)) }
    if nanoseconds != 0 { writer.varint(2, UInt64(bitPattern: nanoseconds)) }
    return writer.bytes
  }

  /// Seconds since 1970; nil for a time that was never set.
  static func decode(_ message: [UInt8]) -> Double? {
    let seconds = Int64(bitPattern: message.varint(at: [1]) ?? 0)
    let nanoseconds = Int64(bitPattern: message.varint(at: [2]) ?? 0)
    return seconds <= -62_135_596_800 ? nil : Double(seconds) + Double(nanoseconds) / 1e9
  }
}
