extension JSONValue {
  /// Reads a text that holds exactly one YAML or JSON document.
  ///
  /// - Throws: `DocumentError`, with the line, for malformed text, a duplicate key, more than one document, or
  ///   nesting and aliases beyond what a resource needs.
  public init(yaml text: String) throws(DocumentError) {
    var reader = YAMLReader<JSONValue>(text)
    self = try reader.onlyDocument() ?? .null
  }

  /// Reads all documents of a YAML stream; empty ones are left out.
  public static func documents(yaml text: String) throws(DocumentError) -> [JSONValue] {
    try YAMLDocument.all(in: text).map(\.value)
  }
}

/// A document of a YAML stream and the line that it begins in, counted from 1.
public struct YAMLDocument: Sendable {
  public let value: JSONValue
  public let line: Int

  /// All documents of a stream that are not empty.
  public static func all(in text: String) throws(DocumentError) -> [YAMLDocument] {
    var reader = YAMLReader<JSONValue>(text)
    return try reader.documents().map { YAMLDocument(value: $0.node, line: $0.line) }
  }
}
