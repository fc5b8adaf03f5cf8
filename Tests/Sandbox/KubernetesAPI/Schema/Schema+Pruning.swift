import Documents

extension Schema {
  /// What is left of `value` without the fields that this schema does not declare, and their paths.
  func pruned(_ value: JSONValue, at path: String = "") -> (value: JSONValue, unknown: [String]) {
    var unknown: [String] = []
    let kept = prune(value, path, &unknown)
    return (kept, unknown.sorted())
  }

  private func prune(
    _ value: JSONValue, _ path: String, _ unknown: inout [String]
  ) -> JSONValue {
    switch value {
    case .object(let members):
      if isEmbeddedResource && preservesUnknown && properties.isEmpty { return value }
      var kept: [String: JSONValue] = [:]
      for (name, member) in members {
        let place = path.appending(field: name)
        if let schema = self.member(name) {
          kept[name] = schema.prune(member, place, &unknown)
        } else if preservesUnknown || isOwnTypeMeta(name) {
          kept[name] = member
        } else {
          unknown.append(place)
        }
      }
      return .object(kept)
    case .array(let elements):
      guard let items else { return value }
      return .array(
        elements.enumerated().map { index, element in
          items.prune(element, path.appending(index: index), &unknown)
        })
    default:
      return value
    }
  }

  private func isOwnTypeMeta(_ name: String) -> Bool {
    isEmbeddedResource && (name == "apiVersion" || name == "kind" || name == "metadata")
  }

  /// `value` with defaults filled in, and without nulls where null is not a value.
  func defaulted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(var members):
      for (name, schema) in properties {
        members[name] = schema.settled(members[name], orDefault: schema.defaultValue)
      }
      if case .schema(let schema) = additional {
        for (name, member) in members where properties[name] == nil {
          members[name] = schema.settled(member, orDefault: nil)
        }
      }
      return .object(members)
    case .array(let elements):
      guard let items else { return value }
      return .array(elements.map(items.defaulted))
    default:
      return value
    }
  }

  private func settled(_ value: JSONValue?, orDefault fallback: JSONValue?) -> JSONValue? {
    guard let value, !value.isNull || isNullable else { return fallback.map(defaulted) }
    return defaulted(value)
  }
}
