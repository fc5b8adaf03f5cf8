/// A label selector in the form that `kubectl -l` takes, checked.
///
/// Requirements are separated by commas and all have to hold: `key`, `!key`, `key=value`, `key==value`,
/// `key!=value`, `key in (a,b)`, `key notin (a,b)`. What keys and values may be is from the Kubernetes documentation
/// of labels.
public struct LabelSelector: Hashable, Sendable, CustomStringConvertible {
  /// Why a text is no selector, as a clause: "'a b' is not the key of a label".
  public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// Without white space; empty where everything is selected.
  public let description: String

  /// Selects everything.
  public static let all = LabelSelector(checked: "")

  private init(checked: String) { description = checked }

  public init(_ text: String) throws(Invalid) {
    var requirements: [String] = []
    if !text.allSatisfy(\.isWhitespace) {
      for part in try Self.split(text) { requirements.append(try Self.requirement(part)) }
    }
    self.init(checked: requirements.joined(separator: ","))
  }

  /// Cuts at the commas that stand outside parentheses.
  private static func split(_ text: String) throws(Invalid) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var isInside = false
    for index in text.indices {
      switch text[index] {
      case "(" where !isInside: isInside = true
      case ")" where isInside: isInside = false
      case "(", ")": throw Invalid(description: "its parentheses do not match")
      case "," where !isInside:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    if isInside { throw Invalid(description: "its parentheses do not match") }
    return parts + [text[start...]]
  }

  private static func requirement(_ part: Substring) throws(Invalid) -> String {
    let part = trimmed(part)
    if part.hasPrefix("!") { return "!" + (try key(part.dropFirst())) }
    for sign in ["!=", "==", "="] {
      guard let place = part.firstRange(of: sign) else { continue }
      let value = try value(part[place.upperBound...])
      return try key(part[..<place.lowerBound]) + (sign == "!=" ? "!=" : "=") + value
    }
    guard let opening = part.firstIndex(of: "(") else { return try key(part) }
    let words = part[..<opening].split(whereSeparator: \.isWhitespace)
    guard words.count == 2, part.hasSuffix(")"), words[1] == "in" || words[1] == "notin" else {
      throw Invalid(description: "'\(part)' is neither 'KEY in (…)' nor 'KEY notin (…)'")
    }
    let list = part[part.index(after: opening)...].dropLast()
    var values: [String] = []
    for text in list.split(separator: ",", omittingEmptySubsequences: false) {
      values.append(try value(text))
    }
    return try "\(key(words[0])) \(words[1]) (\(values.joined(separator: ",")))"
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  /// An optional DNS name and a slash, then a name.
  private static func key(_ text: Substring) throws(Invalid) -> String {
    let text = trimmed(text)
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let isKey =
      switch parts.count {
      case 1: isName(parts[0])
      case 2:
        isName(parts[1]) && parts[0].utf8.count <= 253
          && parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            isName($0) && $0.utf8.allSatisfy { !upperOrLow.contains($0) }
          }
      default: false
      }
    guard isKey else { throw Invalid(description: "'\(text)' is not the key of a label") }
    return String(text)
  }

  private static func value(_ text: Substring) throws(Invalid) -> String {
    let text = trimmed(text)
    guard text.isEmpty || isName(text) else {
      throw Invalid(description: "'\(text)' is not the value of a label")
    }
    return String(text)
  }

  private static let upperOrLow = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ_".utf8)

  /// At most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.
  private static func isName(_ text: Substring) -> Bool {
    let isPlain = { (byte: UInt8) in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: false
      }
    }
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else {
      return false
    }
    return isPlain(first) && isPlain(last)
      && text.utf8.allSatisfy { isPlain($0) || "-_.".utf8.contains($0) }
  }
}
