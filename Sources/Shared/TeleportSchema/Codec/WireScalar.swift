/// The wire forms of the few well-known messages.
enum WireScalar {
  /// google.protobuf.Duration
  static func duration(nanoseconds: Int64) -> [UInt8] {
    secondsAndNanoseconds(nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000)
  }

  /// google.protobuf.Duration
  static func duration(_ value: SecondsText.Value) -> [UInt8] {
    secondsAndNanoseconds(value.seconds, Int64(value.nanoseconds))
  }

  /// google.protobuf.Timestamp
  static func timestamp(_ value: TimestampText.Value) -> [UInt8] {
    secondsAndNanoseconds(value.seconds, Int64(value.nanoseconds))
  }

  static func mapEntry(key: String, message: [UInt8]) -> [UInt8] {
    var entry = WireWriter()
    entry.string(1, key)
    entry.bytes(2, message)
    return entry.bytes
  }

  private static func secondsAndNanoseconds(_ seconds: Int64, _ nanoseconds: Int64) -> [UInt8] {
    var writer = WireWriter()
    if seconds != 0 { writer.varint(1, UInt64(bitPattern: seconds)) }
    if nanoseconds != 0 { writer.varint(2, UInt64(bitPattern: nanoseconds)) }
    return writer.bytes
  }
}
