import Documents

/// A set of fields, as one entry of `managedFields` holds it.
struct FieldSet: Hashable, Sendable {
  var paths: Set<FieldPath>

  init(_ paths: Set<FieldPath> = []) { self.paths = paths }

  var isEmpty: Bool { paths.isEmpty }

  /// Whether this set holds `path` or anything below it.
  func touches(_ path: FieldPath) -> Bool {
    paths.contains(path) || paths.contains { $0.hasPrefix(path) }
  }

  // MARK: fieldsV1

  init(fieldsV1 json: JSONValue) {
    var paths: Set<FieldPath> = []
    Self.read(json, at: FieldPath(), into: &paths)
    self.paths = paths
  }

  private static func read(_ json: JSONValue, at path: FieldPath, into paths: inout Set<FieldPath>)
  {
    guard let members = json.object else { return }
    if members.isEmpty {
      if !path.elements.isEmpty { paths.insert(path) }
      return
    }
    for (name, child) in members {
      if name == "." {
        paths.insert(path)
      } else {
        read(child, at: FieldPath(path.elements + [name]), into: &paths)
      }
    }
  }

  var fieldsV1: JSONValue {
    var root = Node()
    for path in paths { root.insert(path.elements[...]) }
    return root.json
  }

  private struct Node {
    var isMember = false
    var children: [String: Node] = [:]

    mutating func insert(_ elements: ArraySlice<String>) {
      guard let first = elements.first else {
        isMember = true
        return
      }
      children[first, default: Node()].insert(elements.dropFirst())
    }

    var json: JSONValue {
      var members = children.mapValues(\.json)
      if isMember && !children.isEmpty { members["."] = [:] }
      return .object(members)
    }
  }
}
