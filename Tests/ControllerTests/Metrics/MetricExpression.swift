/// What a PromQL expression speaks of, read far enough to hold names and labels against a list.
///
/// Everything that looks like a name is either a function, a keyword, a label in its place, or a metric.
struct MetricExpression {
  struct Selector: Hashable {
    var metric: String
    /// Label and the quoted value that it is compared with.
    var matchers: [String: String] = [:]
  }

  private(set) var selectors: [Selector] = []
  /// Labels of `by (…)`, `on (…)` and the like.
  private(set) var groupings: Set<String> = []

  enum Token: Hashable {
    case name(String)
    case number(String)
    case text(String)
    case symbol(Character)
  }

  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  private static let keywords: Set<String> = ["and", "or", "unless", "bool", "offset"]
  private static let groupers: Set<String> = [
    "by", "without", "on", "ignoring", "group_left", "group_right",
  ]
  static let functions: Set<String> = [
    "sum", "min", "max", "avg", "count", "rate", "increase", "histogram_quantile", "vector",
    "absent", "time", "clamp_min", "label_values",
  ]

  init(_ text: String) throws {
    var tokens = try Self.tokens(of: text)[...]
    while let token = tokens.popFirst() {
      guard case .name(let name) = token else {
        if token == .symbol("{") { throw Malformed(description: "a selector without a metric") }
        continue
      }
      if Self.keywords.contains(name) { continue }
      if Self.groupers.contains(name) {
        groupings.formUnion(try Self.list(&tokens))
      } else if name == "label_values" {
        try readLabelValues(&tokens)
      } else if tokens.first == .symbol("(") {
        guard Self.functions.contains(name) else {
          throw Malformed(description: "\(name) is no function that is known here")
        }
      } else if Self.functions.contains(name), case .name(let next) = tokens.first,
        Self.groupers.contains(next)
      {
        continue
      } else {
        selectors.append(try Self.selector(name, &tokens))
      }
    }
  }

  /// `label_values(metric, label)`, which Grafana knows beside PromQL.
  private mutating func readLabelValues(_ tokens: inout ArraySlice<Token>) throws {
    let names = try Self.list(&tokens)
    guard names.count == 2 else { throw Malformed(description: "label_values(metric, label)") }
    selectors.append(Selector(metric: names[0]))
    groupings.insert(names[1])
  }

  private static func list(_ tokens: inout ArraySlice<Token>) throws -> [String] {
    guard tokens.popFirst() == .symbol("(") else { throw Malformed(description: "a list expected") }
    var names: [String] = []
    while let token = tokens.popFirst(), token != .symbol(")") {
      if case .name(let name) = token { names.append(name) }
    }
    return names
  }

  private static func selector(
    _ name: String, _ tokens: inout ArraySlice<Token>
  ) throws -> Selector {
    var selector = Selector(metric: name)
    guard tokens.first == .symbol("{") else { return selector }
    tokens.removeFirst()
    var label: String?
    while let token = tokens.popFirst(), token != .symbol("}") {
      switch token {
      case .name(let name): label = name
      case .text(let value):
        guard let name = label else { throw Malformed(description: "a value without a label") }
        selector.matchers[name] = value
        label = nil
      default: continue
      }
    }
    if let label { throw Malformed(description: "\(label) is compared with nothing") }
    return selector
  }

  private static func tokens(of text: String) throws -> [Token] {
    var tokens: [Token] = []
    var rest = text[...]
    while let first = rest.first {
      if first == "\"" {
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: "\"") else {
          throw Malformed(description: "a text without an end")
        }
        tokens.append(.text(String(body[..<end])))
        rest = body[body.index(after: end)...]
      } else if first == "[" {
        // A range: 5m, or a variable of Grafana's.
        guard let end = rest.firstIndex(of: "]") else {
          throw Malformed(description: "a range without an end")
        }
        rest = rest[rest.index(after: end)...]
      } else if first.isLetter || first == "_" {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }
        tokens.append(.name(String(name)))
        rest = rest[name.endIndex...]
      } else if first.isNumber {
        let number = rest.prefix { $0.isNumber || $0 == "." || $0.isLetter }
        tokens.append(.number(String(number)))
        rest = rest[number.endIndex...]
      } else {
        if !first.isWhitespace { tokens.append(.symbol(first)) }
        rest.removeFirst()
      }
    }
    return tokens
  }
}
