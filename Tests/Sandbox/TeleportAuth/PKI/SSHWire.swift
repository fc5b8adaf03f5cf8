/// Writes the data types of RFC 4251, section 5.
struct SSHWriter: Sendable {
  private(set) var bytes: [UInt8] = []

  mutating func uint32(_ value: UInt32) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func uint64(_ value: UInt64) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func string(_ value: some Collection<UInt8>) {
    uint32(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func string(_ value: String) { string(Array(value.utf8)) }

  /// A positive `mpint`: no leading zeros, but one where the first bit would look like a sign.
  mutating func integer(_ magnitude: some Collection<UInt8>) {
    let digits = magnitude.drop { $0 == 0 }
    let needsPadding = (digits.first ?? 0) & 0x80 != 0
    string((needsPadding ? [0] : []) + Array(digits))
  }

  mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }
}

/// Reads what `SSHWriter` writes; nil where the bytes end too early.
struct SSHReader: Sendable {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func string() -> [UInt8]? {
    guard rest.count >= 4 else { return nil }
    let length = Int(rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    guard rest.count - 4 >= length else { return nil }
    let value = rest.dropFirst(4).prefix(length)
    rest = rest.dropFirst(4 + length)
    return Array(value)
  }

  mutating func text() -> String? {
    string().map { String(decoding: $0, as: UTF8.self) }
  }
}
