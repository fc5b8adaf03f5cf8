import Documents

/// The subset of JSONPath that printer columns use: members, indexes, `[*]` and `[?(@.key=="value")]`.
struct ColumnPath: Sendable {
  private enum Step: Sendable {
    case member(String)
    case index(Int)
    case all
    case filter(path: [String], value: String, isEqual: Bool)
  }

  private var steps: [Step] = []

  /// nil where the text is not of that subset.
  init?(_ text: String) {
    var rest = text[...]
    while !rest.isEmpty {
      if let match = rest.prefixMatch(of: #/\.?\[\?\(@\.([\w.]+)\s*(==|!=)\s*["']([^"']*)["']\)\]/#)
      {
        steps.append(
          .filter(
            path: match.1.split(separator: ".").map(String.init), value: String(match.3),
            isEqual: match.2 == "=="))
        rest = rest[match.range.upperBound...]
      } else if let match = rest.prefixMatch(of: #/\.?\[(\d+)\]/#), let index = Int(match.1) {
        steps.append(.index(index))
        rest = rest[match.range.upperBound...]
      } else if let match = rest.prefixMatch(of: #/\.?\[\*\]/#) {
        steps.append(.all)
        rest = rest[match.range.upperBound...]
      } else if let match = rest.prefixMatch(of: #/\.?\[["']([^"']+)["']\]/#) {
        steps.append(.member(String(match.1)))
        rest = rest[match.range.upperBound...]
      } else if let match = rest.prefixMatch(of: #/\.((?:[^.\[\\]|\\.)+)/#) {
        steps.append(.member(String(match.1).replacing("\\", with: "")))
        rest = rest[match.range.upperBound...]
      } else {
        return nil
      }
    }
  }

  func values(in document: JSONValue) -> [JSONValue] {
    steps.reduce([document]) { values, step in values.flatMap { Self.take(step, from: $0) } }
  }

  private static func take(_ step: Step, from value: JSONValue) -> [JSONValue] {
    switch step {
    case .member(let name): return value[name].map { [$0] } ?? []
    case .index(let index):
      guard let list = value.array, list.indices.contains(index) else { return [] }
      return [list[index]]
    case .all:
      if let list = value.array { return list }
      return (value.object ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    case .filter(let path, let wanted, let isEqual):
      return (value.array ?? []).filter { element in
        guard let found = element[path] else { return false }
        return ((found.string ?? found.jsonText) == wanted) == isEqual
      }
    }
  }
}
