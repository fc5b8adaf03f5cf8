/// What `YAMLReader` builds: with lines or without.
protocol YAMLTree {
  init(scalar: JSONValue, text: String, line: Int)
  init(sequence: [Self], line: Int)
  /// No key stands twice.
  init(mapping: [YAMLMember<Self>], line: Int)

  var isNull: Bool { get }
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
}
