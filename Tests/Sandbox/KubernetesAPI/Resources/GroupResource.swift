/// A resource of a group, whatever its version; what objects are stored under.
struct GroupResource: Hashable, Sendable, CustomStringConvertible {
  let group: String
  let plural: String

  /// `plural.group`, or only the plural in the core group.
  var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

  static let namespaces = GroupResource(group: "", plural: "namespaces")
  static let secrets = GroupResource(group: "", plural: "secrets")
  static let configMaps = GroupResource(group: "", plural: "configmaps")
  static let events = GroupResource(group: "", plural: "events")
  static let leases = GroupResource(group: "coordination.k8s.io", plural: "leases")
  static let customResourceDefinitions = GroupResource(
    group: "apiextensions.k8s.io", plural: "customresourcedefinitions")
}
