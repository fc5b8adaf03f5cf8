import Documents

/// All resources that are served right now.
struct Catalog: Sendable {
  private(set) var resources: [GroupResource: Resource] = [:]

  init() {
    for resource in BuiltIns.all { resources[resource.id] = resource }
  }

  mutating func install(_ resource: Resource) { resources[resource.id] = resource }

  mutating func remove(_ id: GroupResource) { resources[id] = nil }

  subscript(id: GroupResource) -> Resource? { resources[id] }

  /// The resource served under a group and version of a URL.
  ///
  /// The events of the core group are served under `events.k8s.io` too.
  func resource(group: String, version: String, plural: String) -> Resource? {
    if group == EventForms.group { return plural == "events" && version == "v1" ? .newEvents : nil }
    guard let resource = resources[GroupResource(group: group, plural: plural)],
      resource.version(version) != nil
    else { return nil }
    return resource
  }

  /// The resource whose plural, or plural and group, is `name`.
  func resource(named name: String) -> Resource? {
    resources.values.first { $0.id.description == name }
      ?? resources.values.first { $0.id.plural == name }
  }

  func resource(group: String, kind: String) -> Resource? {
    resources.values.first { $0.id.group == group && $0.kind == kind }
  }

  /// Group names with their versions, the preferred one first; the core group is not among them.
  var groups: [(name: String, versions: [String])] {
    var versions: [String: Set<String>] = [:]
    for resource in served where !resource.id.group.isEmpty {
      versions[resource.id.group, default: []].formUnion(resource.versions.map(\.name))
    }
    for group in VirtualResources.groups { versions[group, default: []].insert("v1") }
    return versions.map { ($0.key, $0.value.sorted(by: Resource.precedes)) }
      .sorted { $0.0 < $1.0 }
  }

  func resources(group: String, version: String) -> [Resource] {
    served.filter { $0.id.group == group && $0.version(version) != nil }
      .sorted { $0.id.plural < $1.id.plural }
  }

  private var served: [Resource] { Array(resources.values) + [.newEvents] }
}
