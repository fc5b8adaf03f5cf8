import Documents

/// What has to be done to a CustomResourceDefinition of a cluster so that it fits this build. Pure.
///
/// - Guarantees: no version is taken away or stops being stored, no stored object becomes invalid or loses a field, and
///   nothing else that somebody has set (labels, annotations, conversion) is touched.
struct DefinitionUpdate: Hashable, Sendable {
  enum Action: String, Sendable {
    case create
    case update
    case none
  }

  let name: String
  let action: Action
  /// What to send.
  let definition: JSONValue
  /// What changes, a line each.
  let changes: [String]
  /// Where the cluster's definition stays looser than this build's.
  let kept: [String]

  struct Unsuitable: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  /// - Parameter existing: nil where the cluster has none of this name.
  init(to wanted: JSONValue, from existing: JSONValue?) throws(Unsuitable) {
    name = wanted[["metadata", "name"]]?.string ?? ""
    guard let existing else {
      action = .create
      definition = wanted
      changes = ["new"]
      kept = []
      return
    }
    for (path, what) in [
      (["spec", "group"], "group"), (["spec", "scope"], "scope"),
      (["spec", "names", "kind"], "kind"),
    ]
    where existing[path] != wanted[path] {
      throw Unsuitable(
        description: "\(name): its \(what) is \(existing[path]?.string ?? "not set"), not "
          + "\(wanted[path]?.string ?? ""); another operator's definition stands in the way")
    }
    var merge = DefinitionMerge(existing)
    merge.take(names: wanted[["spec", "names"]] ?? [:])
    for version in wanted[["spec", "versions"]]?.array ?? [] { merge.take(version: version) }
    definition = merge.definition
    changes = merge.changes
    kept = merge.kept
    action = definition == existing ? .none : .update
  }
}

/// A definition on its way from a cluster's to this build's.
private struct DefinitionMerge {
  private(set) var definition: JSONValue
  private(set) var changes: [String] = []
  private(set) var kept: [String] = []

  init(_ existing: JSONValue) { definition = existing }

  private var versions: [JSONValue] {
    get { definition[["spec", "versions"]]?.array ?? [] }
    set {
      var spec = definition["spec"] ?? [:]
      spec["versions"] = .array(newValue)
      definition["spec"] = spec
    }
  }

  mutating func take(names wanted: JSONValue) {
    var spec = definition["spec"] ?? [:]
    var names = spec["names"] ?? [:]
    let old = names["shortNames"]?.array ?? []
    let new = (wanted["shortNames"]?.array ?? []).filter { !old.contains($0) }
    if new.isEmpty { return }
    names["shortNames"] = .array(old + new)
    spec["names"] = names
    definition["spec"] = spec
    changes.append("short names: \(new.compactMap(\.string).joined(separator: ", "))")
  }

  mutating func take(version wanted: JSONValue) {
    let name = wanted["name"]?.string ?? ""
    guard let index = versions.firstIndex(where: { $0["name"] == wanted["name"] }) else {
      var version = wanted
      // The version in which objects are stored stays what it is.
      version["storage"] = false
      versions.append(version)
      changes.append("version \(name)")
      return
    }
    var version = versions[index]
    let path = ["schema", "openAPIV3Schema"]
    let widening = SchemaWidening(of: version[path] ?? [:], with: wanted[path] ?? [:], at: name)
    changes += widening.added.map { "field \($0)" }
    kept += widening.kept
    if widening.added.isEmpty, widening.schema != version[path] {
      changes.append("descriptions and limits of \(name)")
    }
    version["schema"] = ["openAPIV3Schema": widening.schema]
    for (keyword, what) in [
      ("served", "\(name) is served"), ("subresources", "subresources of \(name)"),
      ("additionalPrinterColumns", "columns of \(name)"),
    ] where version[keyword] != wanted[keyword] {
      version[keyword] = wanted[keyword]
      changes.append(what)
    }
    versions[index] = version
  }
}
