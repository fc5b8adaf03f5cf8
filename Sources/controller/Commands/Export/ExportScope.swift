import Documents

/// Which resources are somebody's to declare: those that Teleport, its bots and its login providers make are not, unless
/// they are asked for by name.
enum ExportScope {
  /// Presets had no label of their own before Teleport 14.
  private static let unlabelledPresets = ["access", "auditor", "editor"]
  private static let internalPrefix = "teleport.internal/"

  /// Why a resource is left out; nil where it is not.
  ///
  /// - Parameter resource: with what Teleport manages.
  static func reasonToLeaveOut(
    _ resource: JSONValue, kind: String, serverMajor: Int
  ) -> String? {
    let labels = resource[["metadata", "labels"]]?.object ?? [:]
    if let label = labels.keys.filter({ $0.hasPrefix(internalPrefix) }).min() {
      return "Teleport's own (label \(label))"
    }
    let name = resource[["metadata", "name"]]?.string ?? ""
    if kind == "role", serverMajor < 14, unlabelledPresets.contains(name) {
      return "Teleport's own (preset role)"
    }
    let connector = resource[["spec", "created_by", "connector", "id"]]?.string ?? ""
    if kind == "user", !connector.isEmpty { return "made at login through \(connector)" }
    return nil
  }
}
