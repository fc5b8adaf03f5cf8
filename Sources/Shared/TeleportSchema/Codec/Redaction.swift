import Documents

extension ResourceSchema {
  /// What stands in place of a secret.
  static let redacted: JSONValue = "***"

  /// A resource (`kind`, `version`, `metadata`, `spec`) with `***` in place of everything that is sensitive, and of what
  /// the schema does not know: a secret under a misspelled name is one all the same.
  public func redact(_ resource: JSONValue) -> JSONValue {
    redact(resource, SchemaPlace(self))
  }

  /// Differences between two such resources, to be shown: that a secret differs, but not how.
  ///
  /// A path that leads to nothing that the schema knows counts as sensitive.
  public func redact(_ differences: [FieldDifference]) -> [FieldDifference] {
    differences.map { difference in
      let place = FieldPath(text: difference.path).names?.reduce(SchemaPlace(self)) {
        $0.member($1, registry)
      }
      func shown(_ value: JSONValue) -> JSONValue {
        place.map { redact(value, $0) } ?? Self.redacted
      }
      return FieldDifference(
        path: difference.path, before: difference.before.map(shown),
        after: difference.after.map(shown))
    }
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
    case (.object, _), (.array, _), (_, .unknown):
      return Self.redacted
    default:
      return value
    }
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
