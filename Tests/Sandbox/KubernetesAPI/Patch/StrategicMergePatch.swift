import Documents

/// The merge patch that knows Kubernetes' lists; accepted for built-in resources only.
///
/// Lists merge by the key that the built-in types declare for that field name; every other list is replaced.
enum StrategicMergePatch {
  private static let mergeKeys = [
    "ownerReferences": "uid", "conditions": "type", "versions": "name",
  ]
  private static let mergedPrimitives: Set<String> = ["finalizers"]

  static func apply(_ patch: JSONValue, to target: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    if changes["$patch"]?.string == "replace" {
      return .object(changes.filter { $0.key != "$patch" })
    }
    if changes["$patch"]?.string == "delete" { return [:] }
    var members = target.object ?? [:]
    if let kept = changes["$retainKeys"]?.strings {
      members = members.filter { kept.contains($0.key) }
    }
    for (name, change) in changes {
      if name.hasPrefix("$") {
        if let field = name.removingPrefix("$deleteFromPrimitiveList/") {
          let gone = change.array ?? []
          members[field] = members[field]?.array.map { list in
            .array(list.filter { !gone.contains($0) })
          }
        }
        continue
      }
      members[name] = merged(change, into: members[name], named: name)
    }
    return .object(members)
  }

  private static func merged(
    _ change: JSONValue, into current: JSONValue?, named name: String
  ) -> JSONValue? {
    switch change {
    case .null: return nil
    case .object: return apply(change, to: current ?? .null)
    case .array(let elements):
      if mergedPrimitives.contains(name) {
        let known = current?.array ?? []
        return .array(elements + known.filter { !elements.contains($0) })
      }
      if let key = mergeKeys[name] {
        return .array(merge(elements, into: current?.array ?? [], by: key))
      }
      return change
    default: return change
    }
  }

  private static func merge(
    _ changes: [JSONValue], into current: [JSONValue], by key: String
  ) -> [JSONValue] {
    var result = changes.contains { $0["$patch"]?.string == "replace" } ? [] : current
    for change in changes {
      guard let identity = change[key] else { continue }
      let index = result.firstIndex { $0[key] == identity }
      if change["$patch"]?.string == "delete" {
        if let index { result.remove(at: index) }
      } else if let index {
        result[index] = apply(change, to: result[index])
      } else {
        result.append(apply(change, to: [:]))
      }
    }
    return result
  }
}

extension String {
  func removingPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
