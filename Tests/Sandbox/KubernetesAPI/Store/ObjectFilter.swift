import Documents

/// Which objects of a resource a list or watch is about.
struct ObjectFilter: Sendable {
  var namespace = ""
  var name: String?
  var labels = LabelSelector()
  var fields = FieldSelector()

  /// Whether every object in the namespace passes, so that what remains can be counted.
  var isOpen: Bool { labels.isEmpty && fields.isEmpty && name == nil }

  func matches(_ object: JSONValue) -> Bool {
    let metadata = object["metadata"]
    if !namespace.isEmpty && metadata?["namespace"]?.string != namespace { return false }
    if let name, metadata?["name"]?.string != name { return false }
    if !labels.isEmpty {
      let own = metadata?["labels"]
      if !labels.matches({ own?[$0]?.string }) { return false }
    }
    return fields.isEmpty || fields.matches(object)
  }

  /// The first key that can match, and a test for the first one past all that can.
  var firstKey: ObjectKey { ObjectKey(path: namespace.isEmpty ? "" : "\(namespace)/") }

  func reaches(_ key: ObjectKey) -> Bool {
    namespace.isEmpty || key.path.hasPrefix("\(namespace)/")
  }
}
