import Documents

/// Members of which the type is known. Null is as good as absent, as in Go.
extension JSONReader {
  mutating func string(of path: @autoclosure () -> String) throws(DocumentError) -> String? {
    if try skipNull() { return nil }
    guard try peek() == UInt8(ascii: "\"") else { throw Self.wrongType(path()) }
    return try string()
  }

  mutating func integer(of path: @autoclosure () -> String) throws(DocumentError) -> Int64? {
    switch try value() {
    case .integer(let integer): return integer
    case .null: return nil
    default: throw Self.wrongType(path())
    }
  }

  mutating func bool(of path: @autoclosure () -> String) throws(DocumentError) -> Bool? {
    switch try value() {
    case .bool(let bool): return bool
    case .null: return nil
    default: throw Self.wrongType(path())
    }
  }

  /// Reads an object; `read` has to read the member whose name it is given.
  mutating func object(
    of path: @autoclosure () -> String,
    _ read: (inout JSONReader, String) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    if try skipNull() { return }
    guard try peek() == UInt8(ascii: "{") else { throw Self.wrongType(path()) }
    try beginObject()
    while let name = try nextName() { try read(&self, name) }
  }

  /// Reads a list; `read` has to read one element.
  mutating func list(
    of path: @autoclosure () -> String, _ read: (inout JSONReader) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    if try skipNull() { return }
    guard try peek() == UInt8(ascii: "[") else { throw Self.wrongType(path()) }
    try beginArray()
    while try nextElement() { try read(&self) }
  }

  /// An object of strings, such as labels.
  mutating func texts(
    of path: @autoclosure () -> String
  ) throws(DocumentError) -> [String: String] {
    var texts: [String: String] = [:]
    try object(of: path()) { reader, name throws(DocumentError) in
      texts[name] = try reader.string(of: "\(path()).\(name)") ?? ""
    }
    return texts
  }

  private static func wrongType(_ path: String) -> DocumentError {
    DocumentError(.malformed, "`\(path)` has a wrong type")
  }
}
