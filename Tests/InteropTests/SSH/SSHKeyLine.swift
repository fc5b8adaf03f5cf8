import FoundationEssentials

/// A public key in the form of a line of `authorized_keys`, taken apart (RFC 4251, 4253, 5656).
struct SSHKeyLine {
  let type: String
  /// The strings that the key is made of, its type first.
  let parts: [[UInt8]]

  /// - Returns: nil for a text that is not one such line.
  init?(_ text: String) {
    guard text.hasSuffix("\n") else { return nil }
    let words = text.dropLast().split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, let blob = Data(base64Encoded: String(words[1])) else { return nil }
    var parts: [[UInt8]] = []
    var rest = Array(blob)[...]
    while !rest.isEmpty {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= 4 + length else { return nil }
      parts.append(Array(rest.dropFirst(4).prefix(length)))
      rest = rest.dropFirst(4 + length)
    }
    guard let name = parts.first, String(decoding: name, as: UTF8.self) == words[0] else {
      return nil
    }
    type = String(words[0])
    self.parts = parts
  }

  func isSame(as key: OpenSSLKey) throws -> Bool {
    switch type {
    case "ssh-rsa":
      guard key.isA("RSA"), parts.count == 3 else { return false }
      return try Self.magnitude(parts[1]) == key.number("e")
        && Self.magnitude(parts[2]) == key.number("n")
    case "ecdsa-sha2-nistp256":
      guard key.isA("EC"), parts.count == 3 else { return false }
      return try parts[1] == Array("nistp256".utf8) && parts[2] == key.point
    default:
      return false
    }
  }

  /// A positive number; nil for a negative one, or one with zeros that it does not need.
  private static func magnitude(_ number: [UInt8]) -> [UInt8]? {
    guard let first = number.first, first & 0x80 == 0 else { return nil }
    if first != 0 { return number }
    return number.count > 1 && number[1] & 0x80 != 0 ? Array(number.dropFirst()) : nil
  }
}
