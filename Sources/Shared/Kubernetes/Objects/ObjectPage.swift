/// A part of a list.
public struct ObjectPage: Sendable {
  public var items: [KubernetesObject]
  /// The version of the whole list, the same on each of its pages: where a watch takes over.
  public var resourceVersion: String
  /// Where the next page begins; nil on the last.
  public var continueToken: String?
  /// How many objects are still to come, where the server says so.
  public var remaining: Int?
  /// True where the list begins: what came before belongs to a list that expired under way.
  public var isFirst: Bool
}

extension ObjectPage: Decodable {
  private enum CodingKeys: CodingKey { case apiVersion, kind, metadata, items }

  private struct ListMeta: Decodable {
    var resourceVersion: String?
    var `continue`: String?
    var remainingItemCount: Int?
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let metadata = try members.decode(ListMeta.self, forKey: .metadata)
    items = try members.decodeIfPresent([KubernetesObject].self, forKey: .items) ?? []
    resourceVersion = metadata.resourceVersion ?? ""
    continueToken = metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
    remaining = metadata.remainingItemCount
    isFirst = true
    try nameItems(from: members)
  }

  /// Items of built-in kinds come without apiVersion and kind; the list says them once.
  private mutating func nameItems(from members: KeyedDecodingContainer<CodingKeys>) throws {
    guard items.contains(where: { $0.kind.isEmpty }) else { return }
    let apiVersion = try members.decodeIfPresent(String.self, forKey: .apiVersion) ?? ""
    var kind = try members.decodeIfPresent(String.self, forKey: .kind) ?? ""
    if kind.hasSuffix("List") { kind.removeLast(4) }
    for index in items.indices where items[index].kind.isEmpty {
      items[index].apiVersion = apiVersion
      items[index].kind = kind
    }
  }
}

/// A whole list.
public struct ObjectList: Sendable {
  public var items: [KubernetesObject]
  /// The version of the list: where a watch takes over.
  public var resourceVersion: String
}

/// Which objects a list or a watch is about.
public struct ObjectSelector: Hashable, Sendable {
  /// As `kubectl -l` takes it; empty for all.
  public var labels: String
  /// As `kubectl --field-selector` takes it; empty for all.
  public var fields: String

  public init(labels: String = "", fields: String = "") {
    self.labels = labels
    self.fields = fields
  }

  public static let all = ObjectSelector()

  var query: [(String, String)] {
    [("labelSelector", labels), ("fieldSelector", fields)].filter { !$0.1.isEmpty }
  }
}
