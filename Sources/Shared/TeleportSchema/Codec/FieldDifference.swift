import Documents

/// One field in which two documents differ.
public struct FieldDifference: Hashable, Sendable {
  public let path: String
  /// nil: not there.
  public let before: JSONValue?
  public let after: JSONValue?

  /// Every leaf in which `after` differs from `before`, ordered by path. Lists are compared as wholes.
  public static func between(_ before: JSONValue?, _ after: JSONValue?) -> [FieldDifference] {
    var differences: [FieldDifference] = []
    collect(before, after, at: FieldPath(), into: &differences)
    return differences
  }

  /// Every declared leaf that `live` does not have as declared, ordered by path. What `live` has beyond is none, also
  /// within the elements of a list.
  public static func missing(
    _ declared: JSONValue?, in live: JSONValue?
  ) -> [FieldDifference] {
    between(declared, live).filter { difference in
      guard let before = difference.before else { return false }
      return !(difference.after.map { $0.holds(before) } ?? false)
    }
  }

  private static func collect(
    _ before: JSONValue?, _ after: JSONValue?, at path: FieldPath,
    into differences: inout [FieldDifference]
  ) {
    if before == after { return }
    let left = before?.object
    let right = after?.object
    guard left != nil || right != nil, left != nil || before == nil,
      right != nil || after == nil
    else {
      differences.append(FieldDifference(path: path.text, before: before, after: after))
      return
    }
    for key in Set((left ?? [:]).keys).union((right ?? [:]).keys).sorted() {
      collect(left?[key], right?[key], at: path.appending(key), into: &differences)
    }
  }
}

extension JSONValue {
  /// Whether everything in `other` is here too; lists have as many elements on both sides.
  fileprivate func holds(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.object(let members), .object(let others)):
      others.allSatisfy { key, value in members[key]?.holds(value) ?? false }
    case (.array(let items), .array(let others)):
      items.count == others.count && zip(items, others).allSatisfy { $0.holds($1) }
    default: self == other
    }
  }
}
