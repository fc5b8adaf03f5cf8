import Documents

/// The lists of what is served, in the form of old.
struct DiscoveryDocuments: Sendable {
  let catalog: Catalog

  static let version: JSONValue = [
    "major": "1", "minor": "33", "gitVersion": "v1.33.0+sandbox", "gitCommit": "sandbox",
    "gitTreeState": "clean", "buildDate": "2025-01-01T00:00:00Z", "goVersion": "none",
    "compiler": "swift", "platform": "linux/amd64",
  ]

  var coreVersions: JSONValue {
    [
      "kind": "APIVersions", "versions": ["v1"],
      "serverAddressByClientCIDRs": [],
    ]
  }

  var groups: JSONValue {
    [
      "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(catalog.groups.map(group)),
    ]
  }

  /// One group; nil where it is not served.
  func group(_ name: String) -> JSONValue? {
    guard let found = catalog.groups.first(where: { $0.name == name }) else { return nil }
    var document = group(found)
    document["kind"] = "APIGroup"
    document["apiVersion"] = "v1"
    return document
  }

  private func group(_ group: (name: String, versions: [String])) -> JSONValue {
    let versions = group.versions.map { version -> JSONValue in
      ["groupVersion": .string("\(group.name)/\(version)"), "version": .string(version)]
    }
    return [
      "name": .string(group.name), "versions": .array(versions),
      "preferredVersion": versions.first ?? [:],
    ]
  }

  /// The resources of one version of a group; nil where it is not served.
  func resources(group: String, version: String) -> JSONValue? {
    let served = catalog.resources(group: group, version: version)
    let virtual = VirtualResources.kinds.filter { $0.group == group && version == "v1" }
    if served.isEmpty && virtual.isEmpty { return nil }
    let groupVersion = group.isEmpty ? version : "\(group)/\(version)"
    return [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(groupVersion),
      "resources": .array(
        served.flatMap { entries(for: $0, version: version) }
          + virtual.map {
            [
              "name": .string($0.plural), "singularName": .string($0.kind.lowercased()),
              "namespaced": false, "kind": .string($0.kind), "verbs": ["create"],
            ]
          }),
    ]
  }

  private func entries(for resource: Resource, version: String) -> [JSONValue] {
    var entry: JSONValue = [
      "name": .string(resource.id.plural), "singularName": .string(resource.singular),
      "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
      "verbs": Self.verbs,
    ]
    if !resource.shortNames.isEmpty {
      entry["shortNames"] = .array(resource.shortNames.map(JSONValue.string))
    }
    if !resource.categories.isEmpty {
      entry["categories"] = .array(resource.categories.map(JSONValue.string))
    }
    guard resource.version(version)?.hasStatus == true else { return [entry] }
    return [
      entry,
      [
        "name": .string("\(resource.id.plural)/status"), "singularName": "",
        "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
        "verbs": ["get", "patch", "update"],
      ],
    ]
  }

  static let verbs: JSONValue = [
    "delete", "deletecollection", "get", "list", "patch", "create", "update", "watch",
  ]
}
