import Documents

/// An object at one revision.
struct StoredObject: Sendable {
  let value: JSONValue
  let revision: Int64
  /// `value` as JSON, written once and sent many times.
  let bytes: [UInt8]

  init(_ value: JSONValue, revision: Int64) {
    var value = value
    var metadata = value["metadata"] ?? [:]
    metadata["resourceVersion"] = .string(String(revision))
    value["metadata"] = metadata
    self.value = value
    self.revision = revision
    bytes = value.jsonBytes
  }
}

/// Where an object is, among those of its resource; sorts as the keys of etcd do.
struct ObjectKey: Hashable, Comparable, Sendable {
  let path: String

  init(namespace: String, name: String) { path = namespace.isEmpty ? name : "\(namespace)/\(name)" }

  init(path: String) { self.path = path }

  init(of object: JSONValue) {
    let metadata = object["metadata"]
    self.init(
      namespace: metadata?["namespace"]?.string ?? "", name: metadata?["name"]?.string ?? "")
  }

  static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
  }
}
