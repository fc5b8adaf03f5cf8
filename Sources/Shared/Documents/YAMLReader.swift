import CYAML

// YAML is read with libyaml's event parser and resolved by the YAML 1.2 core schema plus what people's manifests
// contain. JSON is YAML, so one reader serves both.

extension JSONValue {
  /// Reads a text that holds exactly one YAML or JSON document.
  ///
  /// - Throws: `DocumentError`, with the line, for malformed text, a duplicate key, more than one document, or
  ///   nesting and aliases beyond what a resource needs.
  public init(yaml text: String) throws(DocumentError) {
    let documents = try JSONValue.documents(yaml: text)
    guard documents.count <= 1 else {
      throw DocumentError(.unsupported, "expected one document, found \(documents.count)")
    }
    self = documents.first ?? .null
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
    var reader = YAMLReader(text)
    return try reader.documents()
  }
}

private struct YAMLReader {
  /// Far more than any resource, far less than what exhausts the stack.
  private static let maximumDepth = 64
  /// What aliases may expand to in one stream.
  private static let maximumNodes = 1_000_000

  private var events: [YAMLEvent]
  private var next = 0
  private var anchors: [String: (value: JSONValue, nodes: Int)] = [:]
  private var nodes = 0
  private let failure: DocumentError?

  init(_ text: String) {
    (events, failure) = YAMLEvent.parse(text)
  }

  mutating func documents() throws(DocumentError) -> [YAMLDocument] {
    if let failure { throw failure }
    var documents: [YAMLDocument] = []
    while next < events.count {
      let event = events[next]
      next += 1
      guard case .documentStart = event.kind, next < events.count else { continue }
      anchors = [:]
      let line = events[next].line
      let value = try node(depth: 0)
      if !value.isNull { documents.append(YAMLDocument(value: value, line: line)) }
    }
    return documents
  }

  private mutating func node(depth: Int) throws(DocumentError) -> JSONValue {
    let event = events[next]
    next += 1
    nodes += 1
    guard depth <= Self.maximumDepth, nodes <= Self.maximumNodes else {
      throw DocumentError(.tooLarge, "nested too deeply or too large", line: event.line)
    }
    let before = nodes
    let value: JSONValue
    switch event.kind {
    case .alias(let anchor):
      guard let known = anchors[anchor] else {
        throw DocumentError(.malformed, "unknown alias *\(anchor)", line: event.line)
      }
      nodes += known.nodes
      guard nodes <= Self.maximumNodes else {
        throw DocumentError(.tooLarge, "aliases expand to too much", line: event.line)
      }
      return known.value
    case .scalar(let text, let isPlain): value = isPlain ? YAMLScalar.resolve(text) : .string(text)
    case .sequenceStart: value = try sequence(depth: depth)
    case .mappingStart: value = try mapping(depth: depth)
    case .documentStart, .end:
      throw DocumentError(.malformed, "unexpected end of document", line: event.line)
    }
    if let anchor = event.anchor { anchors[anchor] = (value, nodes - before + 1) }
    return value
  }

  private mutating func sequence(depth: Int) throws(DocumentError) -> JSONValue {
    var items: [JSONValue] = []
    while !atEnd() { items.append(try node(depth: depth + 1)) }
    next += 1
    return .array(items)
  }

  private mutating func mapping(depth: Int) throws(DocumentError) -> JSONValue {
    var members: [String: JSONValue] = [:]
    while !atEnd() {
      let event = events[next]
      guard case .scalar(let key, _) = event.kind else {
        throw DocumentError(.unsupported, "a mapping key must be a string", line: event.line)
      }
      if key == "<<" {
        throw DocumentError(.unsupported, "merge keys (<<) are not supported", line: event.line)
      }
      next += 1
      guard members[key] == nil else {
        throw DocumentError(.duplicateKey, "the key '\(key)' stands twice", line: event.line)
      }
      members[key] = try node(depth: depth + 1)
    }
    next += 1
    return .object(members)
  }

  private func atEnd() -> Bool {
    if case .end = events[next].kind { true } else { false }
  }
}
