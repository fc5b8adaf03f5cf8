import Documents

extension Resource {
  /// The resource that a `CustomResourceDefinition` declares; nil where it lacks what that takes.
  init?(definition: JSONValue) {
    guard let spec = definition["spec"], let group = spec["group"]?.string,
      let names = spec["names"], let plural = names["plural"]?.string,
      let kind = names["kind"]?.string
    else { return nil }
    let declared = spec["versions"]?.array ?? []
    let served = declared.filter { $0["served"]?.bool == true }
      .sorted { Self.precedes($0["name"]?.string ?? "", $1["name"]?.string ?? "") }
    let storage = declared.first { $0["storage"]?.bool == true }
    self.init(
      id: GroupResource(group: group, plural: plural), kind: kind,
      listKind: names["listKind"]?.string ?? kind + "List",
      singular: names["singular"]?.string ?? kind.lowercased(),
      shortNames: names["shortNames"]?.strings ?? [],
      categories: names["categories"]?.strings ?? [],
      isNamespaced: spec["scope"]?.string == "Namespaced",
      rules: .init(isCustom: true, allowsUnconditionalUpdate: false, hasGeneration: true),
      versions: served.compactMap(Version.init(declaration:)),
      storageVersion: storage?["name"]?.string ?? "",
      storageSchema: storage.flatMap(Version.init(declaration:))?.schema)
  }

  /// Kubernetes' order of versions: stable before beta before alpha, higher before lower.
  static func precedes(_ first: String, _ second: String) -> Bool {
    let ranks = (VersionRank(first), VersionRank(second))
    switch ranks {
    case (let left?, let right?): return right < left
    case (.some, nil): return true
    case (nil, .some): return false
    case (nil, nil): return first < second
    }
  }
}

extension Resource.Version {
  init?(declaration: JSONValue) {
    guard let name = declaration["name"]?.string else { return nil }
    var declared = declaration[["schema", "openAPIV3Schema"]] ?? Node.anything
    var properties = declared["properties"] ?? [:]
    properties["apiVersion"] = Node.string
    properties["kind"] = Node.string
    properties["metadata"] = Node.objectMeta
    declared["properties"] = properties
    let columns = (declaration["additionalPrinterColumns"]?.array ?? []).map(PrinterColumn.init)
    let age: JSONValue = [
      "name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp",
    ]
    self.init(
      name: name, schema: Schema(declared),
      columns: [PrinterColumn(["name": "Name", "type": "string", "format": "name"])]
        + (columns.isEmpty ? [PrinterColumn(age)] : columns),
      hasStatus: declaration[["subresources", "status"]] != nil, declared: declared)
  }
}

/// A version name of the form `v1`, `v1beta2`, `v2alpha1`, so that it can be compared.
struct VersionRank: Comparable {
  let maturity: Int
  let major: Int
  let minor: Int

  init?(_ name: String) {
    guard let match = name.wholeMatch(of: #/v(\d+)(?:(alpha|beta)(\d+))?/#),
      let major = Int(match.1)
    else { return nil }
    self.major = major
    minor = match.3.flatMap { Int($0) } ?? 0
    maturity =
      switch match.2 {
      case "alpha": 0
      case "beta": 1
      default: 2
      }
  }

  static func < (left: VersionRank, right: VersionRank) -> Bool {
    (left.maturity, left.major, left.minor) < (right.maturity, right.major, right.minor)
  }
}
