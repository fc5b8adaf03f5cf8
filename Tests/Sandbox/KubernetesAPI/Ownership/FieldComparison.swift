import Documents

/// The fields in which two values of one schema differ.
struct FieldComparison: Sendable {
  var added = Set<FieldPath>()
  var changed = Set<FieldPath>()
  var removed = Set<FieldPath>()

  var isSame: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

  init(from old: JSONValue, to new: JSONValue, schema: Schema) {
    compare(old, new, schema, FieldPath())
  }

  private mutating func compare(
    _ old: JSONValue, _ new: JSONValue, _ schema: Schema, _ path: FieldPath
  ) {
    if old == new { return }
    switch (schema.shape(of: old), schema.shape(of: new)) {
    case (.fields(let old), .fields(let new)):
      for name in Set(old.keys).union(new.keys) {
        step(old[name], new[name], schema.member(name) ?? .anything, path.field(name))
      }
    case (.items(let old), .items(let new)):
      let before = Self.index(old, by: schema.identity)
      let after = Self.index(new, by: schema.identity)
      for identity in Set(before.keys).union(after.keys) {
        step(
          before[identity], after[identity], schema.items ?? .anything, path.item(identity))
      }
    case (.members(let old), .members(let new)):
      added.formUnion(Set(new).subtracting(old).map(path.member))
      removed.formUnion(Set(old).subtracting(new).map(path.member))
    default:
      changed.insert(path)
    }
  }

  private mutating func step(
    _ old: JSONValue?, _ new: JSONValue?, _ schema: Schema, _ path: FieldPath
  ) {
    switch (old, new) {
    case (let old?, let new?): compare(old, new, schema, path)
    case (nil, let new?): Self.collect(new, schema, path, into: &added)
    case (let old?, nil): Self.collect(old, schema, path, into: &removed)
    case (nil, nil): break
    }
  }

  /// A value that came or went counts at every level, containers included.
  private static func collect(
    _ value: JSONValue, _ schema: Schema, _ path: FieldPath, into paths: inout Set<FieldPath>
  ) {
    paths.insert(path)
    switch schema.shape(of: value) {
    case .leaf: break
    case .fields(let members):
      for (name, member) in members {
        collect(member, schema.member(name) ?? .anything, path.field(name), into: &paths)
      }
    case .items(let elements):
      for element in elements {
        let place = path.item(schema.identity(of: element))
        collect(element, schema.items ?? .anything, place, into: &paths)
      }
    case .members(let elements):
      for element in elements { paths.insert(path.member(element)) }
    }
  }

  static func index(
    _ elements: [JSONValue], by identity: (JSONValue) -> JSONValue
  ) -> [JSONValue: JSONValue] {
    Dictionary(elements.map { (identity($0), $0) }) { _, last in last }
  }
}
