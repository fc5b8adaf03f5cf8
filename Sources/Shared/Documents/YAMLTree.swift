/// What `YAMLReader` builds: with lines or without.
protocol YAMLTree {
  init(scalar: JSONValue, text: String, line: Int)
  init(sequence: [Self], line: Int)
  /// No key stands twice.
  init(mapping: [YAMLMember<Self>], line: Int)

  var isNull: Bool { get }
  /// Nil where it is not a sequence.
  var items: [Self]? { get }
  /// Nil where it is not a mapping.
  var members: [YAMLMember<Self>]? { get }
}

struct YAMLMember<Node> {
  let key: String
  let line: Int
  let value: Node
}

extension JSONValue: YAMLTree {
  init(scalar: JSONValue, text: String, line: Int) { self = scalar }
  init(sequence: [JSONValue], line: Int) { self = .array(sequence) }
  init(mapping: [YAMLMember<JSONValue>], line: Int) {
    self = .object(Dictionary(mapping.map { ($0.key, $0.value) }) { first, _ in first })
  }

  var items: [JSONValue]? { array }
  var members: [YAMLMember<JSONValue>]? {
    object?.sorted { $0.key < $1.key }.map { YAMLMember(key: $0.key, line: 0, value: $0.value) }
  }
}
