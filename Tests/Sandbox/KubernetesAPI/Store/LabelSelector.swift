/// A selector over labels in the text form of the query parameter.
struct LabelSelector: Sendable {
  private enum Requirement: Sendable {
    case isIn(String, Set<String>)
    case isNotIn(String, Set<String>)
    case exists(String)
    case isAbsent(String)
  }

  private var requirements: [Requirement] = []

  var isEmpty: Bool { requirements.isEmpty }

  init() {}

  /// - Throws: 400 where the text is no selector.
  init(_ text: String) throws(APIStatus) {
    for part in Self.parts(of: text) {
      guard let requirement = Self.requirement(part) else {
        throw .badRequest("unable to parse requirement: \(part)")
      }
      requirements.append(requirement)
    }
  }

  func matches(_ labels: (String) -> String?) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .isIn(let key, let values): labels(key).map(values.contains) ?? false
      case .isNotIn(let key, let values): !(labels(key).map(values.contains) ?? false)
      case .exists(let key): labels(key) != nil
      case .isAbsent(let key): labels(key) == nil
      }
    }
  }

  /// Splits at commas that are not inside parentheses.
  private static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var current = ""
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == "," && depth == 0 {
        parts.append(current)
        current = ""
      } else {
        current.append(character)
      }
    }
    parts.append(current)
    return parts.map(\.trimmed).filter { !$0.isEmpty }
  }

  private static func requirement(_ text: String) -> Requirement? {
    if let match = text.wholeMatch(of: #/([\w.\/-]+)\s+(in|notin)\s*\(([^)]*)\)/#) {
      let values = Set(match.3.split(separator: ",").map { String($0).trimmed })
      return match.2 == "in"
        ? .isIn(String(match.1), values) : .isNotIn(String(match.1), values)
    }
    if let match = text.wholeMatch(of: #/([\w.\/-]+)\s*(==|=|!=)\s*([\w.-]*)/#) {
      return match.2 == "!="
        ? .isNotIn(String(match.1), [String(match.3)]) : .isIn(String(match.1), [String(match.3)])
    }
    if let match = text.wholeMatch(of: #/!\s*([\w.\/-]+)/#) { return .isAbsent(String(match.1)) }
    if let match = text.wholeMatch(of: #/[\w.\/-]+/#) { return .exists(String(match.0)) }
    return nil
  }
}

extension String {
  var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
