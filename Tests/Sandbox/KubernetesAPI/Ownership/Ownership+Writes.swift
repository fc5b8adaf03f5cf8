import Documents

/// What a write means for ownership, as structured-merge-diff has it.
extension Ownership {
  struct Writer: Sendable {
    let owner: Owner
    let apiVersion: String
    let time: String
  }

  /// One field that somebody else owns and that an apply would change.
  struct Conflict: Hashable, Sendable {
    let entry: Entry
    let path: FieldPath
  }

  /// Fields of others would change.
  struct ApplyFailure: Error {
    let conflicts: [Conflict]
  }

  /// Fields that nobody owns: identity, and what the server itself keeps.
  static let unowned: Set<FieldPath> = Set(
    ["f:apiVersion", "f:kind"].map { FieldPath([$0]) }
      + [
        "f:name", "f:namespace", "f:generateName", "f:uid", "f:resourceVersion", "f:generation",
        "f:creationTimestamp", "f:deletionTimestamp", "f:deletionGracePeriodSeconds",
        "f:selfLink", "f:managedFields",
      ].map { FieldPath(["f:metadata", $0]) } + [FieldPath(["f:metadata"])])

  /// Notes, before the first apply to an object whose owners were never tracked, that it had some.
  mutating func assumeFormerOwner(of live: JSONValue, schema: Schema, _ writer: Writer) {
    let all = FieldComparison(from: [:], to: live, schema: schema).added
    set(
      FieldSet(all.subtracting(Self.unowned)),
      of: Owner(manager: "before-first-apply", operation: .update, subresource: ""),
      apiVersion: writer.apiVersion, time: writer.time)
  }

  /// After a create, replace or patch: the writer owns what it changed, nobody owns what is gone.
  mutating func noteUpdate(
    from old: JSONValue, to new: JSONValue, schema: Schema, by writer: Writer
  ) {
    let difference = FieldComparison(from: old, to: new, schema: schema)
    let written = difference.added.union(difference.changed).subtracting(Self.unowned)
    release(written.union(difference.removed), exceptFrom: writer.owner)
    var own = fields(of: writer.owner) ?? FieldSet()
    own.paths.subtract(difference.removed)
    own.paths.formUnion(written)
    set(own, of: writer.owner, apiVersion: writer.apiVersion, time: writer.time)
  }

  /// Lays an applied configuration over the live object.
  ///
  /// - Parameters:
  ///   - yielded: fields that may be taken over without being forced to.
  ///   - isForced: takes over fields of others instead of failing.
  /// - Throws: `ApplyFailure` when fields of others would change.
  /// - Returns: the object that results.
  mutating func apply(
    _ configuration: JSONValue, to live: JSONValue, schema: Schema,
    yielded: Set<FieldPath> = [], by writer: Writer, isForced: Bool
  ) throws(ApplyFailure) -> JSONValue {
    let claimed = FieldSet(
      schema.claimedFields(of: configuration).paths.subtracting(Self.unowned))
    let former = fields(of: writer.owner)
    var result = schema.merged(live, with: configuration)
    set(claimed, of: writer.owner, apiVersion: writer.apiVersion, time: "")
    if let former {
      result = dropAbandoned(former.paths.subtracting(claimed.paths), from: result, schema)
    }

    let difference = FieldComparison(from: live, to: result, schema: schema)
    // Claiming fields without changing any is not dated.
    if !difference.isSame { date(writer) }
    let written = difference.added.union(difference.changed)
    let conflicts = entries.filter { $0.owner != writer.owner }.flatMap { entry in
      entry.fields.paths.intersection(written).map { Conflict(entry: entry, path: $0) }
    }
    let refused = conflicts.filter { !yielded.contains($0.path) }
    if !refused.isEmpty && !isForced { throw ApplyFailure(conflicts: refused) }
    release(Set(conflicts.map(\.path)).union(difference.removed), exceptFrom: writer.owner)
    return result
  }

  private mutating func date(_ writer: Writer) {
    for index in entries.indices where entries[index].owner == writer.owner {
      entries[index].time = writer.time
    }
  }

  /// Removes what its only owner no longer lists, and containers that this leaves empty and unowned.
  private func dropAbandoned(
    _ abandoned: Set<FieldPath>, from value: JSONValue, _ schema: Schema
  ) -> JSONValue {
    var value = value
    // Whole list items have to go before the keys that they are found by.
    let shallowFirst = abandoned.sorted {
      ($0.elements.count, $0.description) < ($1.elements.count, $1.description)
    }
    for path in shallowFirst where !entries.contains(where: { $0.fields.touches(path) }) {
      value = schema.removing(path, from: value)
      var parent = path.parent
      while parent.elements.count > 0, parent != FieldPath(["f:metadata"]),
        schema.value(at: parent, in: value)?.isEmptyContainer == true,
        !entries.contains(where: { $0.fields.touches(parent) })
      {
        value = schema.removing(parent, from: value)
        parent = parent.parent
      }
    }
    return value
  }
}

extension JSONValue {
  fileprivate var isEmptyContainer: Bool {
    switch self {
    case .object(let members): members.isEmpty
    case .array(let elements): elements.isEmpty
    default: false
    }
  }
}
