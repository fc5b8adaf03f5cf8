import Documents

/// How kubectl moves an object from client-side to server-side apply without conflicts.
///
/// What the annotation of client-side apply holds, and nobody has changed since, kubectl may take over.
enum LastApplied {
  static let annotation = "kubectl.kubernetes.io/last-applied-configuration"
  static let manager = "kubectl"

  /// Fields over which no conflict arises.
  static func yielded(by live: JSONValue, schema: Schema) -> Set<FieldPath> {
    guard let text = live[["metadata", "annotations", annotation]]?.string,
      let applied = try? JSONValue(json: Array(text.utf8))
    else { return [] }
    return schema.claimedFields(of: applied).paths.filter { path in
      schema.value(at: path, in: applied) == schema.value(at: path, in: live)
    }
  }

  /// Keeps the annotation, where an object has it, up to date with what kubectl applies.
  static func refresh(_ object: inout JSONValue, with configuration: JSONValue) {
    guard object[["metadata", "annotations", annotation]] != nil else { return }
    var applied = configuration
    applied["metadata"]?["annotations"]?[annotation] = nil
    var annotations = object[["metadata", "annotations"]] ?? [:]
    annotations[annotation] = .string(applied.jsonText + "\n")
    object["metadata"]?["annotations"] = annotations
  }
}
