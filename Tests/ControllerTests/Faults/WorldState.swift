import Documents

/// All that users can see on both sides, leaf by leaf, without what differs from run to run.
struct WorldState: Hashable, Sendable {
  private var leaves: [String: String] = [:]

  /// Times, versions and identifiers.
  private static let masked: Set<String> = [
    "resourceVersion", "uid", "creationTimestamp", "deletionTimestamp", "managedFields", "revision",
    "id", "lastTransitionTime", "lastVerifiedTime", "time", "teleport.dev/owner-uid",
    // They cover the owner's UID, too.
    "declaredHash", "liveHash",
    "teleport.dev/owner-cluster",
  ]

  mutating func add(_ document: JSONValue, as name: String) { add(document, at: [name]) }

  private mutating func add(_ value: JSONValue, at path: [String]) {
    if let last = path.last, Self.masked.contains(last) { return }
    switch value {
    case .object(let members):
      // Who has made a resource, and whether it was there before, is not for a second try to know.
      var members = members
      if members["type"]?.string == "TeleportResourceOwned", members["status"]?.string == "True" {
        members["reason"] = nil
        members["message"] = nil
      }
      if members.isEmpty { leaves[path.joined(separator: " ")] = "{}" }
      for (key, member) in members { add(member, at: path + [key]) }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        add(element, at: path + [element["type"]?.string ?? "\(index)"])
      }
      leaves[(path + ["count"]).joined(separator: " ")] = "\(elements.count)"
    default:
      leaves[path.joined(separator: " ")] = value.jsonText
    }
  }

  /// Where the two differ, in words.
  func differences(from other: WorldState) -> [String] {
    Set(leaves.keys).union(other.leaves.keys).sorted()
      .filter { leaves[$0] != other.leaves[$0] }
      .map { "\($0): \(leaves[$0] ?? "nothing") instead of \(other.leaves[$0] ?? "nothing")" }
  }
}
