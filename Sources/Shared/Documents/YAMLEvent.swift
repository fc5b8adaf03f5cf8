import CYAML

/// One event of libyaml's parser.
struct YAMLEvent {
  enum Kind {
    case documentStart
    case alias(String)
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case mappingStart
    /// Of a sequence, a mapping or a document.
    case end

    fileprivate var depthChange: Int {
      switch self {
      case .alias, .scalar: 0
      case .documentStart, .sequenceStart, .mappingStart: 1
      case .end: -1
      }
    }
  }

  let kind: Kind
  let anchor: String?
  /// Counted from 1.
  let line: Int

  /// All events of a stream, and what stopped the parser if it did not reach the end.
  ///
  /// - Parameter maximumDepth: of collections. Enforced here too, as libyaml takes time by the square of the depth.
  static func parse(_ text: String, maximumDepth: Int) -> ([YAMLEvent], DocumentError?) {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      return ([], DocumentError(.tooLarge, "out of memory"))
    }
    defer { yaml_parser_delete(&parser) }
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      var events: [YAMLEvent] = []
      var depth = 0
      while true {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
          let problem = parser.problem.map { String(cString: $0) } ?? "not valid YAML"
          let line = Int(parser.problem_mark.line) + 1
          return (events, DocumentError(.malformed, problem, line: line))
        }
        defer { yaml_event_delete(&event) }
        if event.type == YAML_STREAM_END_EVENT { return (events, nil) }
        guard let translated = YAMLEvent(event) else { continue }
        events.append(translated)
        depth += translated.kind.depthChange
        // The document and the innermost scalar are levels as well.
        if depth > maximumDepth + 2 {
          return (events, .nestedTooDeeply(line: translated.line))
        }
      }
    }
  }

  private init?(_ event: yaml_event_t) {
    line = Int(event.start_mark.line) + 1
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      kind = .documentStart
      anchor = nil
    case YAML_ALIAS_EVENT:
      kind = .alias(Self.text(event.data.alias.anchor))
      anchor = nil
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      kind = .scalar(
        String(decoding: bytes, as: UTF8.self),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.plain_implicit == 1)
      anchor = scalar.anchor.map { Self.text($0) }
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      anchor = event.data.sequence_start.anchor.map { Self.text($0) }
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      anchor = event.data.mapping_start.anchor.map { Self.text($0) }
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT, YAML_DOCUMENT_END_EVENT:
      kind = .end
      anchor = nil
    default:
      return nil
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}
