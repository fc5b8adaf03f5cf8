extension JSONReader {
  /// Reads the next value. Of two members of one name the later one counts, as for the Kubernetes API.
  package mutating func value() throws(DocumentError) -> JSONValue {
    switch try peek() {
    case UInt8(ascii: "{"):
      var members: [String: JSONValue] = [:]
      try beginObject()
      while let name = try nextName() { members[name] = try value() }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try beginArray()
      while try nextElement() { elements.append(try value()) }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(string(try stringToken()))
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    default: return try number()
    }
  }

  /// Passes over the next value, which is checked as if it were read.
  ///
  /// - Returns: where it stands.
  @discardableResult
  package mutating func skipValue() throws(DocumentError) -> Range<Int> {
    let first = try peek()
    let start = position
    switch first {
    case UInt8(ascii: "{"):
      try beginObject()
      while try nextNameToken() != nil { try skipValue() }
    case UInt8(ascii: "["):
      try beginArray()
      while try nextElement() { try skipValue() }
    case UInt8(ascii: "\""): _ = try stringToken()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: _ = try number()
    }
    return start..<position
  }

  /// Passes over `null`; false, and nothing is read, where something else stands next.
  package mutating func skipNull() throws(DocumentError) -> Bool {
    guard try peek() == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  private mutating func word(_ word: String) throws(DocumentError) {
    guard text[position..<end].starts(with: word.utf8) else { throw malformed() }
    position += word.utf8.count
    hasMember = true
  }
}
