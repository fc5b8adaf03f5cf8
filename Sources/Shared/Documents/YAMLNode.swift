/// A YAML document as a tree that knows where each part stands, for messages to the person who wrote it.
public struct YAMLNode: Sendable, Hashable {
  public enum Content: Sendable, Hashable {
    /// A scalar as the schema reads it, and as it stands in the text: a name such as `0012` is a number only to YAML.
    case scalar(JSONValue, text: String)
    case sequence([YAMLNode])
    /// In the order of the text; no key stands twice.
    case mapping([Member])
  }

  public struct Member: Sendable, Hashable {
    public let key: String
    /// The line of the key, counted from 1.
    public let line: Int
    public let node: YAMLNode
  }

  public let content: Content
  /// Where it begins, counted from 1.
  public let line: Int

  /// Reads a text that holds exactly one YAML or JSON document; an empty one is null.
  ///
  /// - Throws: `DocumentError`, as `JSONValue(yaml:)` does.
  public init(yaml text: String) throws(DocumentError) {
    var reader = YAMLReader<YAMLNode>(text)
    self = try reader.onlyDocument() ?? YAMLNode(scalar: .null, text: "", line: 1)
  }

  /// The same document without its lines.
  public var value: JSONValue {
    switch content {
    case .scalar(let value, _): value
    case .sequence(let items): .array(items.map(\.value))
    case .mapping(let members):
      .object(Dictionary(members.map { ($0.key, $0.node.value) }) { first, _ in first })
    }
  }

  public var isNull: Bool {
    if case .scalar(.null, _) = content { true } else { false }
  }

  /// The word a person would use for this node's type, as `JSONValue.typeName`.
  public var typeName: String {
    switch content {
    case .scalar(let value, _): value.typeName
    case .sequence: "a list"
    case .mapping: "an object"
    }
  }
}

extension YAMLNode: YAMLTree {
  init(scalar: JSONValue, text: String, line: Int) {
    content = .scalar(scalar, text: text)
    self.line = line
  }

  init(sequence: [YAMLNode], line: Int) {
    content = .sequence(sequence)
    self.line = line
  }

  init(mapping: [YAMLMember<YAMLNode>], line: Int) {
    content = .mapping(mapping.map { Member(key: $0.key, line: $0.line, node: $0.value) })
    self.line = line
  }

  var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  var members: [YAMLMember<YAMLNode>]? {
    guard case .mapping(let members) = content else { return nil }
    return members.map { YAMLMember(key: $0.key, line: $0.line, value: $0.node) }
  }
}
