import Documents

/// How ownership sees a value: what it is made of, and where it may be entered.
extension Schema {
  enum Shape {
    case leaf
    case fields([String: JSONValue])
    case items([JSONValue])
    case members([JSONValue])
  }

  /// Atomic maps and lists, scalars and null are leaves; other maps, and lists of type map or set, are entered.
  func shape(of value: JSONValue) -> Shape {
    switch value {
    case .object(let members): isAtomicMap ? .leaf : .fields(members)
    case .array(let elements):
      switch listType {
      case .atomic: .leaf
      case .map: .items(elements)
      case .set: .members(elements)
      }
    default: .leaf
    }
  }

  /// The fields that an applied configuration claims.
  func claimedFields(of value: JSONValue) -> FieldSet {
    var paths: Set<FieldPath> = []
    claim(value, at: FieldPath(), isRoot: true, into: &paths)
    return FieldSet(paths)
  }

  private func claim(
    _ value: JSONValue, at path: FieldPath, isRoot: Bool = false, into paths: inout Set<FieldPath>
  ) {
    switch shape(of: value) {
    case .leaf: paths.insert(path)
    case .fields(let members):
      if members.isEmpty && !isRoot { paths.insert(path) }
      for (name, member) in members {
        let place = path.field(name)
        // A key that no schema names is itself something that came into being.
        if properties[name] == nil { paths.insert(place) }
        (self.member(name) ?? .anything).claim(member, at: place, into: &paths)
      }
    case .items(let elements):
      if elements.isEmpty { paths.insert(path) }
      for element in elements {
        let place = path.item(identity(of: element))
        paths.insert(place)
        (items ?? .anything).claim(element, at: place, isRoot: true, into: &paths)
      }
    case .members(let elements):
      if elements.isEmpty { paths.insert(path) }
      for element in elements { paths.insert(path.member(element)) }
    }
  }
}
