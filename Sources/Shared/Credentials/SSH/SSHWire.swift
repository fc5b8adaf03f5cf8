/// Reads SSH's binary forms, never beyond their end.
///
/// Source: RFC 4251 section 5.
struct SSHWire {
  /// Whatever is wrong with it: what stood there is not for an error's text.
  struct Malformed: Error {}

  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func bytes(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw Malformed() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func uint32() throws(Malformed) -> UInt32 {
    try bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func uint64() throws(Malformed) -> UInt64 {
    try bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func string() throws(Malformed) -> ArraySlice<UInt8> { try bytes(Int(uint32())) }

  mutating func text() throws(Malformed) -> String {
    guard let text = String(validating: try string(), as: UTF8.self) else { throw Malformed() }
    return text
  }

  /// A positive number, without the zeros that it does not need.
  mutating func magnitude() throws(Malformed) -> ArraySlice<UInt8> {
    let number = try string()
    guard let first = number.first, first & 0x80 == 0 else { throw Malformed() }
    if first != 0 { return number }
    guard let second = number.dropFirst().first, second & 0x80 != 0 else { throw Malformed() }
    return number.dropFirst()
  }

  // MARK: Writing

  static func string(_ bytes: some Collection<UInt8>) -> [UInt8] {
    withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
  }

  static func mpint(_ magnitude: some Collection<UInt8>) -> [UInt8] {
    let trimmed = Array(magnitude.drop { $0 == 0 })
    // A set high bit would make the number negative.
    return (trimmed.first ?? 0) & 0x80 != 0 ? [0] + trimmed : trimmed
  }
}
