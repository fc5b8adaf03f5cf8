import Documents

extension Schema {
  /// `live` with an applied configuration laid over it: entered where ownership enters, replaced elsewhere.
  func merged(_ live: JSONValue, with configuration: JSONValue) -> JSONValue {
    switch (shape(of: live), shape(of: configuration)) {
    case (.fields(var members), .fields(let changes)):
      for (name, change) in changes {
        members[name] = (member(name) ?? .anything).merged(members[name] ?? .null, with: change)
      }
      return .object(members)
    case (.items(let elements), .items(let changes)):
      var result = elements
      for change in changes {
        let identity = identity(of: change)
        if let index = result.firstIndex(where: { self.identity(of: $0) == identity }) {
          result[index] = (items ?? .anything).merged(result[index], with: change)
        } else {
          result.append(change)
        }
      }
      return .array(result)
    case (.members(let elements), .members(let changes)):
      return .array(elements + changes.filter { !elements.contains($0) })
    default:
      return configuration
    }
  }

  /// `value` without the field at `path`; a container that this empties stays.
  func removing(_ path: FieldPath, from value: JSONValue) -> JSONValue {
    remove(path.elements[...], from: value)
  }

  private func remove(_ elements: ArraySlice<String>, from value: JSONValue) -> JSONValue {
    guard let element = elements.first else { return value }
    let rest = elements.dropFirst()
    switch shape(of: value) {
    case .fields(var members):
      guard let name = element.removingPrefix("f:"), let current = members[name] else {
        return value
      }
      members[name] =
        rest.isEmpty ? nil : (member(name) ?? .anything).remove(rest, from: current)
      return .object(members)
    case .items(let list):
      return .array(
        list.compactMap { item in
          guard "k:" + identity(of: item).jsonText == element else { return item }
          return rest.isEmpty ? nil : (items ?? .anything).remove(rest, from: item)
        })
    case .members(let list):
      return .array(list.filter { "v:" + $0.jsonText != element })
    case .leaf: return value
    }
  }

  /// The value at `path`, nil where there is none.
  func value(at path: FieldPath, in value: JSONValue) -> JSONValue? {
    find(path.elements[...], in: value)
  }

  private func find(_ elements: ArraySlice<String>, in value: JSONValue) -> JSONValue? {
    guard let element = elements.first else { return value }
    let rest = elements.dropFirst()
    switch shape(of: value) {
    case .fields(let members):
      guard let name = element.removingPrefix("f:"), let current = members[name] else { return nil }
      return (member(name) ?? .anything).find(rest, in: current)
    case .items(let list):
      guard let item = list.first(where: { "k:" + identity(of: $0).jsonText == element }) else {
        return nil
      }
      return (items ?? .anything).find(rest, in: item)
    case .members(let list): return list.first { "v:" + $0.jsonText == element }
    case .leaf: return nil
    }
  }
}
