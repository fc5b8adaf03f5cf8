/// Writes the fields of a protobuf message, in the order they are given.
public struct WireWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func varint(_ number: Int, _ value: UInt64) {
    tag(number, 0)
    append(varint: value)
  }

  public mutating func bytes(_ number: Int, _ value: some Collection<UInt8>) {
    tag(number, 2)
    append(varint: UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  public mutating func string(_ number: Int, _ value: String) {
    bytes(number, value.utf8)
  }

  public mutating func fixed64(_ number: Int, _ value: UInt64) {
    tag(number, 1)
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends a field as it was read.
  public mutating func raw(_ field: WireField) {
    bytes.append(contentsOf: field.raw)
  }

  /// Appends fields that are encoded already.
  public mutating func append(encoded: some Sequence<UInt8>) {
    bytes.append(contentsOf: encoded)
  }

  private mutating func tag(_ number: Int, _ wireType: UInt64) {
    append(varint: UInt64(number) << 3 | wireType)
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
