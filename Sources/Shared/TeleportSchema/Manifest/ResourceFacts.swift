/// The few facts of a live resource that decisions depend on, read without decoding the rest.
public struct ResourceFacts: Hashable, Sendable {
  public let name: String
  /// The resource's version: "v7".
  public let version: String
  public let revision: String
  /// Those whose keys begin with `teleport.dev/`: who the resource belongs to.
  public let labels: [String: String]

  /// `teleport.dev/origin`; nil where the label is missing.
  public var origin: String? { labels[DeclaredResource.originLabel] }

  public var isOwnedByKubernetes: Bool { origin == DeclaredResource.originKubernetes }

  /// Source: types.ResourceHeader, which all resources of package `types` begin with.
  public init(_ bytes: some Collection<UInt8>) throws(WireError) {
    let fields = try WireReader.fields(of: bytes)
    version = fields.last { $0.number == 3 }?.string ?? ""
    let metadata = try WireReader.fields(
      of: fields.last { $0.number == 4 }?.bytes ?? [])
    name = metadata.last { $0.number == 1 }?.string ?? ""
    revision = metadata.last { $0.number == 8 }?.string ?? ""
    var labels: [String: String] = [:]
    for label in metadata where label.number == 5 {
      let entry = try WireReader.fields(of: label.bytes ?? [])
      let key = entry.last { $0.number == 1 }?.string ?? ""
      guard key.hasPrefix("teleport.dev/") else { continue }
      labels[key] = entry.last { $0.number == 2 }?.string ?? ""
    }
    self.labels = labels
  }
}
