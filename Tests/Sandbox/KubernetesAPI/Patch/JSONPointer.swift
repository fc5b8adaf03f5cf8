import Documents

/// RFC 6901: the way to one value inside a document.
struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  private let tokens: [String]

  init?(_ text: String) {
    if text.isEmpty {
      tokens = []
      return
    }
    guard text.hasPrefix("/") else { return nil }
    tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
      Self.replacing("~0", by: "~", in: Self.replacing("~1", by: "/", in: String($0)))
    }
  }

  var description: String {
    tokens.map {
      "/" + Self.replacing("/", by: "~1", in: Self.replacing("~", by: "~0", in: $0))
    }.joined()
  }

  func value(in document: JSONValue) -> JSONValue? {
    var current = document
    for token in tokens {
      switch current {
      case .object(let members):
        guard let member = members[token] else { return nil }
        current = member
      case .array(let elements):
        guard let index = Int(token), elements.indices.contains(index) else { return nil }
        current = elements[index]
      default: return nil
      }
    }
    return current
  }

  /// The container that the last token points into, and that token.
  struct Place {
    var container: JSONValue
    let token: String

    mutating func insert(_ value: JSONValue) -> Bool {
      switch container {
      case .object(var members):
        members[token] = value
        container = .object(members)
        return true
      case .array(var elements):
        guard let index = token == "-" ? elements.count : Int(token),
          (0...elements.count).contains(index)
        else { return false }
        elements.insert(value, at: index)
        container = .array(elements)
        return true
      default: return false
      }
    }

    mutating func replace(_ value: JSONValue) -> Bool {
      switch container {
      case .object(var members):
        guard members[token] != nil else { return false }
        members[token] = value
        container = .object(members)
        return true
      case .array(var elements):
        guard let index = Int(token), elements.indices.contains(index) else { return false }
        elements[index] = value
        container = .array(elements)
        return true
      default: return false
      }
    }

    mutating func remove() -> Bool {
      switch container {
      case .object(var members):
        guard members.removeValue(forKey: token) != nil else { return false }
        container = .object(members)
        return true
      case .array(var elements):
        guard let index = Int(token), elements.indices.contains(index) else { return false }
        elements.remove(at: index)
        container = .array(elements)
        return true
      default: return false
      }
    }
  }

  /// Lets `body` change the place that the pointer names; false where there is no such place.
  func change(_ document: inout JSONValue, _ body: (inout Place) -> Bool) -> Bool {
    guard !tokens.isEmpty else {
      var place = Place(container: ["": document], token: "")
      guard body(&place), let value = place.container[""] else { return false }
      document = value
      return true
    }
    return Self.change(&document, tokens[...], body)
  }

  private static func change(
    _ value: inout JSONValue, _ tokens: ArraySlice<String>, _ body: (inout Place) -> Bool
  ) -> Bool {
    guard let token = tokens.first else { return false }
    if tokens.count == 1 {
      var place = Place(container: value, token: token)
      guard body(&place) else { return false }
      value = place.container
      return true
    }
    switch value {
    case .object(var members):
      guard var member = members[token] else { return false }
      guard change(&member, tokens.dropFirst(), body) else { return false }
      members[token] = member
      value = .object(members)
      return true
    case .array(var elements):
      guard let index = Int(token), elements.indices.contains(index) else { return false }
      guard change(&elements[index], tokens.dropFirst(), body) else { return false }
      value = .array(elements)
      return true
    default: return false
    }
  }

  private static func replacing(_ mark: String, by other: String, in text: String) -> String {
    text.replacing(mark, with: other)
  }
}
