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
