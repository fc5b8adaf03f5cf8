/// Reads JSON (RFC 8259) strictly, and makes values only of what is asked for.
///
/// - Guarantees: whatever was read or passed over without an error is well-formed, UTF-8 included, so that a part cut
///   out of the text can be read later. Nesting is limited, so hostile text cannot exhaust the stack.
package struct JSONReader {
  /// As deep as Foundation's reader goes.
  static let maximumDepth = 512

  package let text: [UInt8]
  /// Where reading goes on.
  package var position: Int
  let end: Int
  private var depth = 0
  /// Whether the object or list that is open has a member by now.
  var hasMember = false

  /// - Throws: `DocumentError` where the text is not UTF-8.
  package init(_ text: [UInt8]) throws(DocumentError) {
    do {
      _ = try UTF8Span(validating: text.span)
    } catch {
      throw DocumentError(.malformed, "the text is not UTF-8")
    }
    self.init(validated: text, 0..<text.count)
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Reads a part of a text that a reader has passed over before.
  package init(validated text: [UInt8], _ part: Range<Int>) {
    self.text = text
    position = part.lowerBound
    end = part.upperBound
  }

  /// The next byte that is not white space, which stays to be read.
  package mutating func peek() throws(DocumentError) -> UInt8 {
    while position < end {
      switch text[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
        position += 1
      case let byte: return byte
      }
    }
    throw malformed()
  }

  /// Makes sure that nothing but white space is left.
  package mutating func finish() throws(DocumentError) {
    while position < end {
      guard [0x20, 0x0A, 0x0D, 0x09].contains(text[position]) else { throw malformed() }
      position += 1
    }
  }

  func malformed() -> DocumentError {
    DocumentError(.malformed, "the text is not valid JSON (byte \(position + 1))")
  }
}

// MARK: - Objects and lists

extension JSONReader {
  /// Opens an object; `nextName` leads through its members and closes it.
  package mutating func beginObject() throws(DocumentError) { try open(UInt8(ascii: "{")) }

  /// Opens a list; `nextElement` leads through it and closes it.
  package mutating func beginArray() throws(DocumentError) { try open(UInt8(ascii: "[")) }

  /// The name of the next member, whose value has to be read next; nil at the end of the object.
  package mutating func nextName() throws(DocumentError) -> String? {
    guard let name = try nextNameToken() else { return nil }
    return string(name)
  }

  mutating func nextNameToken() throws(DocumentError) -> StringToken? {
    guard try nextMember(closing: UInt8(ascii: "}")) else { return nil }
    guard try peek() == UInt8(ascii: "\"") else { throw malformed() }
    let name = try stringToken()
    guard try peek() == UInt8(ascii: ":") else { throw malformed() }
    position += 1
    return name
  }

  /// Whether there is another element, which has to be read next; the list is closed where there is none.
  package mutating func nextElement() throws(DocumentError) -> Bool {
    try nextMember(closing: UInt8(ascii: "]"))
  }

  private mutating func open(_ bracket: UInt8) throws(DocumentError) {
    guard try peek() == bracket else { throw malformed() }
    guard depth < Self.maximumDepth else {
      throw DocumentError(.tooLarge, "nested too deeply (byte \(position + 1))")
    }
    position += 1
    depth += 1
    hasMember = false
  }

  private mutating func nextMember(closing bracket: UInt8) throws(DocumentError) -> Bool {
    let next = try peek()
    if next == bracket {
      position += 1
      depth -= 1
      // For whatever this object or list is a member of.
      hasMember = true
      return false
    }
    if hasMember {
      guard next == UInt8(ascii: ",") else { throw malformed() }
      position += 1
    }
    return true
  }
}
