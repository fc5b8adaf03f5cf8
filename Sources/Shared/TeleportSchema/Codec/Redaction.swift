import Documents

extension ResourceSchema {
  /// What stands in place of a secret.
  public static let redacted: JSONValue = "***"

  /// A resource (`kind`, `version`, `metadata`, `spec`) with `***` in place of everything that is sensitive, and of what
  /// the schema does not know: a secret under a misspelled name is one all the same.
  public func redact(_ resource: JSONValue) -> JSONValue {
    redact(resource, SchemaPlace(self))
  }

  /// Differences between two such resources, to be shown: that a secret differs, but not how. Keys inside of a sensitive
  /// field are not told either: all that differs in it is one difference.
  ///
  /// A path that leads to nothing that the schema knows counts as sensitive.
  public func redact(_ differences: [FieldDifference]) -> [FieldDifference] {
    var shown: [FieldDifference] = []
    for difference in differences.map(redact) {
      guard let last = shown.last, last.path == difference.path else {
        shown.append(difference)
        continue
      }
      shown[shown.count - 1] = FieldDifference(
        path: last.path, before: last.before ?? difference.before,
        after: last.after ?? difference.after)
    }
    return shown
  }

  private func redact(_ difference: FieldDifference) -> FieldDifference {
    guard let names = FieldPath(text: difference.path).names else {
      return difference.mapped { _ in Self.redacted }
    }
    var place = SchemaPlace(self)
    var path = FieldPath()
    for name in names {
      place = place.member(name, registry)
      path = path.appending(name)
      if place.isSensitive { return difference.mapped(to: path.text) { _ in Self.redacted } }
    }
    return difference.mapped { redact($0, place) }
  }

  private func redact(_ value: JSONValue, _ place: SchemaPlace) -> JSONValue {
    if value.isNull { return value }
    if place.isSensitive { return Self.redacted }
    let place = place.holding(value)
    switch (value, place.shape) {
    case (.object(let members), .message), (.object(let members), .map):
      return .object(
        Dictionary(
          uniqueKeysWithValues: members.map { ($0, redact($1, place.member($0, registry))) }))
    case (.array(let elements), .list):
      return .array(elements.map { redact($0, place.element) })
    case (.bool, .plain), (.integer, .plain), (.number, .plain), (.string, .plain),
      (.string, .text), (.string, .bytes), (_, .anything):
      return value
    default:
      // What stands where it does not belong can be anything.
      return Self.redacted
    }
  }
}

extension FieldDifference {
  fileprivate func mapped(
    to path: String? = nil, _ transform: (JSONValue) -> JSONValue
  ) -> FieldDifference {
    FieldDifference(
      path: path ?? self.path, before: before.map(transform), after: after.map(transform))
  }
}

extension FieldPath {
  /// The member names that lead there; nil where the path is none of ours, or leads into a list.
  fileprivate var names: [String]? {
    var names: [String] = []
    var rest = text[...]
    while let first = rest.first {
      if rest.hasPrefix("[\"") {
        rest = rest.dropFirst(2)
        guard let end = rest.firstRange(of: "\"]") else { return nil }
        names.append(String(rest[..<end.lowerBound]))
        rest = rest[end.upperBound...]
      } else if first == "[" {
        return nil
      } else {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        if name.isEmpty { return nil }
        names.append(String(name))
        rest = rest[name.endIndex...]
      }
      if rest.first == "." { rest = rest.dropFirst() }
    }
    return names
  }
}
