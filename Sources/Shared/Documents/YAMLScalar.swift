/// The YAML 1.2 core schema for plain scalars.
///
/// As kubectl does, `yes`, `no`, `on` and `off` are read as booleans too (YAML 1.1), and a text that the other
/// schema would read as something else is quoted when written.
enum YAMLScalar {
  static func resolve(_ text: String) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
    default: break
    }
    guard let first = text.utf8.first, isNumberStart(first) else { return .string(text) }
    if let integer = integer(text) { return .integer(integer) }
    // Double() also takes "inf" and hexadecimal floats, which are not numbers here.
    let allowed = text.utf8.allSatisfy { isNumberStart($0) || $0 | 0x20 == 0x65 }
    if allowed, text.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }), let number = Double(text),
      number.isFinite
    {
      return .number(number)
    }
    return .string(text)
  }

  private static func integer(_ text: String) -> Int64? {
    if let value = Int64(text) { return value }
    if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8) }
    return nil
  }

  private static func isNumberStart(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || byte == 0x2d || byte == 0x2b || byte == 0x2e
  }

  /// Whether the text can be written without quotes and still be read as this very string.
  static func isSafePlain(_ text: String) -> Bool {
    guard case .string = resolve(text), let first = text.utf8.first, let last = text.utf8.last,
      text.count <= 120
    else { return false }
    // One-letter booleans, and numbers of YAML 1.1 such as 1_000 or 12:30:45.
    if ["y", "Y", "n", "N", "=", "<<"].contains(text) || isNumberStart(first) { return false }
    let isWord: (UInt8) -> Bool = { byte in
      (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39)
        || [0x5f, 0x2d, 0x2e, 0x2f].contains(byte)
    }
    let isInner: (UInt8) -> Bool = {
      isWord($0) || [0x20, 0x2c, 0x28, 0x29, 0x3b, 0x27].contains($0)
    }
    return isWord(first) && first != 0x2d && isWord(last) && text.utf8.allSatisfy(isInner)
  }
}
