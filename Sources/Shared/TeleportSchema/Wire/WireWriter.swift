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

  /// Where a message begins that is being written.
  struct Mark {
    fileprivate let tag: Int
    fileprivate let content: Int
  }

  /// Begins a field that is a message: what is written from now on is its content.
  mutating func begin(_ number: Int) -> Mark {
    let start = bytes.count
    tag(number, 2)
    // The length; most need no more than this byte.
    bytes.append(0)
    return Mark(tag: start, content: bytes.count)
  }

  /// Ends the message that was begun last.
  ///
  /// - Parameter keepsEmpty: false leaves out a field whose message has nothing in it.
  mutating func end(_ mark: Mark, keepsEmpty: Bool) {
    let length = bytes.count - mark.content
    if length == 0, !keepsEmpty {
      bytes.removeLast(bytes.count - mark.tag)
    } else if length < 0x80 {
      bytes[mark.content - 1] = UInt8(length)
    } else {
      var prefix = WireWriter()
      prefix.append(varint: UInt64(length))
      bytes.replaceSubrange(mark.content - 1..<mark.content, with: prefix.bytes)
    }
  }

  /// Puts other fields in the place of all that was written from a position on.
  mutating func replace(from start: Int, with encoded: [UInt8]) {
    bytes.replaceSubrange(start..., with: encoded)
  }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

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
