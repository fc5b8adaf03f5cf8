extension JSONReader {
  /// A string that was passed over: what stands between its quotes.
  struct StringToken {
    let content: Range<Int>
    let isEscaped: Bool
  }

  /// Reads a string; an error of the document's where something else stands next.
  package mutating func string() throws(DocumentError) -> String {
    guard try peek() == UInt8(ascii: "\"") else { throw malformed() }
    return string(try stringToken())
  }

  /// Passes over the string that begins here and checks it.
  mutating func stringToken() throws(DocumentError) -> StringToken {
    position += 1
    let start = position
    var isEscaped = false
    while position < end {
      let byte = text[position]
      switch byte {
      case UInt8(ascii: "\""):
        let content = start..<position
        position += 1
        hasMember = true
        return StringToken(content: content, isEscaped: isEscaped)
      case UInt8(ascii: "\\"):
        isEscaped = true
        _ = try escape()
      case 0..<0x20: throw malformed()
      default: position += 1
      }
    }
    throw malformed()
  }

  func string(_ token: StringToken) -> String {
    guard token.isEscaped else { return String(decoding: text[token.content], as: UTF8.self) }
    var reader = JSONReader(validated: text, token.content)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(token.content.count)
    while reader.position < reader.end {
      let byte = text[reader.position]
      if byte != UInt8(ascii: "\\") {
        bytes.append(byte)
        reader.position += 1
      } else if let scalar = try? reader.escape() {
        // It was checked when the token was made.
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func escape() throws(DocumentError) -> Unicode.Scalar {
    guard position + 1 < end else { throw malformed() }
    let scalar: Unicode.Scalar
    switch text[position + 1] {
    case UInt8(ascii: "\""): scalar = "\""
    case UInt8(ascii: "\\"): scalar = "\\"
    case UInt8(ascii: "/"): scalar = "/"
    case UInt8(ascii: "b"): scalar = "\u{8}"
    case UInt8(ascii: "f"): scalar = "\u{C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw malformed()
    }
    position += 2
    return scalar
  }

  /// `\u` and four hexadecimal digits, or two of them where the first is the high half of a surrogate pair.
  private mutating func unicodeEscape() throws(DocumentError) -> Unicode.Scalar {
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(unit), position + 1 < end, text[position] == UInt8(ascii: "\\"),
      text[position + 1] == UInt8(ascii: "u")
    else { throw malformed() }
    let low = try codeUnit()
    guard UTF16.isTrailSurrogate(low) else { throw malformed() }
    let value = 0x10000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(low) & 0x3FF
    guard let scalar = Unicode.Scalar(value) else { throw malformed() }
    return scalar
  }

  private mutating func codeUnit() throws(DocumentError) -> UInt16 {
    guard position + 6 <= end else { throw malformed() }
    var unit: UInt16 = 0
    for byte in text[position + 2..<position + 6] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte & 0xF)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        unit = unit << 4 | UInt16(byte & 0xF + 9)
      default: throw malformed()
      }
    }
    position += 6
    return unit
  }
}
