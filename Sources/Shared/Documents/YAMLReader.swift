/// Builds trees from libyaml's events, resolved by the YAML 1.2 core schema plus what people's manifests contain.
/// JSON is YAML, so one reader serves both.
///
/// - Guarantees: time and memory in proportion to the text, whatever it nests or repeats; no tree is nested deeper
///   than `maximumDepth`, also where aliases stand in aliases, so that nobody who walks it runs out of stack.
struct YAMLReader<Node: YAMLTree> {
  /// Far more than any resource, far less than what exhausts the stack.
  private static var maximumDepth: Int { 64 }
  /// What aliases may expand to in one stream.
  private static var maximumNodes: Int { 1_000_000 }

  private struct Anchored {
    let node: Node
    /// How many nodes it expands to, itself included.
    let nodes: Int
    /// How many levels stand below it.
    let height: Int
  }

  private var events: [YAMLEvent]
  private var next = 0
  private var anchors: [String: Anchored] = [:]
  private var nodes = 0
  private let failure: DocumentError?

  init(_ text: String) {
    (events, failure) = YAMLEvent.parse(text, maximumDepth: Self.maximumDepth)
  }

  /// All documents that are not empty, each with the line that it begins in.
  mutating func documents() throws(DocumentError) -> [(node: Node, line: Int)] {
    if let failure { throw failure }
    var documents: [(node: Node, line: Int)] = []
    while next < events.count {
      let event = events[next]
      next += 1
      guard case .documentStart = event.kind, next < events.count else { continue }
      anchors = [:]
      let line = events[next].line
      let node = try node(depth: 0).node
      if !node.isNull { documents.append((node, line)) }
    }
    return documents
  }

  /// The document of a stream that has at most one; nil where it is empty.
  mutating func onlyDocument() throws(DocumentError) -> Node? {
    let documents = try documents()
    guard documents.count <= 1 else {
      throw DocumentError(
        .unsupported, "expected one document, found \(documents.count)", line: documents[1].line)
    }
    return documents.first?.node
  }

  private mutating func node(depth: Int) throws(DocumentError) -> (node: Node, height: Int) {
    let event = events[next]
    next += 1
    nodes += 1
    guard depth <= Self.maximumDepth, nodes <= Self.maximumNodes else {
      throw DocumentError.nestedTooDeeply(line: event.line)
    }
    let before = nodes
    let node: Node
    var height = 0
    switch event.kind {
    case .alias(let anchor): return try expand(anchor, depth: depth, line: event.line)
    case .scalar(let text, let isPlain):
      let value = isPlain ? YAMLScalar.resolve(text) : .string(text)
      node = Node(scalar: value, text: text, line: event.line)
    case .sequenceStart:
      let sequence = try sequence(depth: depth)
      node = Node(sequence: sequence.items, line: event.line)
      height = sequence.height
    case .mappingStart:
      let mapping = try mapping(depth: depth)
      node = Node(mapping: mapping.members, line: event.line)
      height = mapping.height
    case .documentStart, .end:
      throw DocumentError(.malformed, "unexpected end of document", line: event.line)
    }
    if let anchor = event.anchor {
      anchors[anchor] = Anchored(node: node, nodes: nodes - before + 1, height: height)
    }
    return (node, height)
  }

  private mutating func expand(
    _ anchor: String, depth: Int, line: Int
  ) throws(DocumentError) -> (node: Node, height: Int) {
    guard let known = anchors[anchor] else {
      throw DocumentError(.malformed, "unknown alias *\(anchor)", line: line)
    }
    nodes += known.nodes
    guard nodes <= Self.maximumNodes, depth + known.height <= Self.maximumDepth else {
      throw DocumentError(.tooLarge, "aliases expand to too much", line: line)
    }
    return (known.node, known.height)
  }

  private mutating func sequence(
    depth: Int
  ) throws(DocumentError) -> (items: [Node], height: Int) {
    var items: [Node] = []
    var height = 0
    while !atEnd() {
      let item = try node(depth: depth + 1)
      items.append(item.node)
      height = max(height, item.height + 1)
    }
    next += 1
    return (items, height)
  }

  private mutating func mapping(
    depth: Int
  ) throws(DocumentError) -> (members: [YAMLMember<Node>], height: Int) {
    var mapping = YAMLMapping<Node>()
    var height = 0
    while !atEnd() {
      let event = events[next]
      guard case .scalar(let key, let isPlain) = event.kind else {
        throw DocumentError(.unsupported, "a mapping key must be a string", line: event.line)
      }
      next += 1
      let value = try node(depth: depth + 1)
      let member = YAMLMember(key: key, line: event.line, value: value.node)
      if isPlain, key == "<<" {
        try mapping.merge(member)
      } else {
        try mapping.add(member)
      }
      height = max(height, value.height + 1)
    }
    next += 1
    return (mapping.members, height)
  }

  private func atEnd() -> Bool {
    if case .end = events[next].kind { true } else { false }
  }
}
