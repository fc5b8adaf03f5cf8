import Documents

/// The same in one document, `apidiscovery.k8s.io/v2`.
struct AggregatedDiscovery: Sendable {
  let catalog: Catalog

  static let mediaType =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

  var core: JSONValue { list([entry(name: "", versions: ["v1"])]) }

  var groups: JSONValue { list(catalog.groups.map { entry(name: $0.name, versions: $0.versions) }) }

  private func list(_ items: [JSONValue]) -> JSONValue {
    [
      "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:],
      "items": .array(items),
    ]
  }

  private func entry(name: String, versions: [String]) -> JSONValue {
    [
      "metadata": name.isEmpty ? [:] : ["name": .string(name)],
      "versions": .array(
        versions.map { version in
          let served = catalog.resources(group: name, version: version)
          let virtual = VirtualResources.kinds.filter { $0.group == name }
          return [
            "version": .string(version), "freshness": "Current",
            "resources": .array(
              served.map { resource($0, version: version) } + virtual.map(resource)),
          ]
        }),
    ]
  }

  private func resource(_ resource: Resource, version: String) -> JSONValue {
    let kind = responseKind(resource.id.group, version, resource.kind)
    var entry: JSONValue = [
      "resource": .string(resource.id.plural), "responseKind": kind,
      "scope": resource.isNamespaced ? "Namespaced" : "Cluster",
      "singularResource": .string(resource.singular), "verbs": DiscoveryDocuments.verbs,
    ]
    if !resource.shortNames.isEmpty {
      entry["shortNames"] = .array(resource.shortNames.map(JSONValue.string))
    }
    if !resource.categories.isEmpty {
      entry["categories"] = .array(resource.categories.map(JSONValue.string))
    }
    if resource.version(version)?.hasStatus == true {
      entry["subresources"] = [
        ["subresource": "status", "responseKind": kind, "verbs": ["get", "patch", "update"]]
      ]
    }
    return entry
  }

  private func resource(_ kind: VirtualResources.Kind) -> JSONValue {
    [
      "resource": .string(kind.plural), "scope": "Cluster", "verbs": ["create"],
      "responseKind": responseKind(kind.group, "v1", kind.kind),
      "singularResource": .string(kind.kind.lowercased()),
    ]
  }

  private func responseKind(_ group: String, _ version: String, _ kind: String) -> JSONValue {
    ["group": .string(group), "version": .string(version), "kind": .string(kind)]
  }
}
