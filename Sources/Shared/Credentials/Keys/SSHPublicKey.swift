import FoundationEssentials

/// Public keys as authorized_keys lines.
///
/// Source: RFC 4253 section 6.6 (ssh-rsa), RFC 5656 section 3.1 (ecdsa-sha2-nistp256), RFC 4251 section 5 (types).
enum SSHPublicKey {
  static func rsa(modulus: [UInt8], exponent: [UInt8]) -> String {
    line("ssh-rsa", [mpint(exponent), mpint(modulus)])
  }

  /// - Parameter point: uncompressed, X9.63.
  static func p256(point: [UInt8]) -> String {
    line("ecdsa-sha2-nistp256", [Array("nistp256".utf8), point])
  }

  private static func line(_ type: String, _ parts: [[UInt8]]) -> String {
    let blob = ([Array(type.utf8)] + parts).flatMap(string)
    return "\(type) \(Data(blob).base64EncodedString())\n"
  }

  private static func string(_ bytes: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
  }

  private static func mpint(_ magnitude: [UInt8]) -> [UInt8] {
    let trimmed = Array(magnitude.drop { $0 == 0 })
    // A set high bit would make the number negative.
    return (trimmed.first ?? 0) & 0x80 != 0 ? [0] + trimmed : trimmed
  }
}
