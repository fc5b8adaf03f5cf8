import Documents

/// A part of a list.
public struct ObjectPage<Item: Sendable>: Sendable {
  public var items: [Item]
  /// The version of the whole list, the same on each of its pages: where a watch takes over.
  public var resourceVersion: String
  /// Where the next page begins; nil on the last.
  public var continueToken: String?
  /// How many objects are still to come, where the server says so.
  public var remaining: Int?
  /// True where the list begins: what came before belongs to a list that expired under way.
  public var isFirst: Bool
}

extension ObjectPage {
  /// Reads the answer to a list call.
  ///
  /// - Parameter item: Makes an object of what was read of it in the text.
  init(
    json text: [UInt8], _ item: (ObjectReading, [UInt8]) -> Item
  ) throws(DocumentError) {
    self.init(items: [], resourceVersion: "", isFirst: true)
    var (apiVersion, kind) = ("", "")
    var nameless: [(Int, ObjectReading)] = []
    var isList = false
    var reader = try JSONReader(text)
    try reader.object(of: "the list") { reader, member throws(DocumentError) in
      switch member {
      case "apiVersion": apiVersion = try reader.string(of: member) ?? ""
      case "kind": kind = try reader.string(of: member) ?? ""
      case "metadata":
        isList = true
        try readMetadata(&reader)
      case "items":
        try reader.list(of: member) { reader throws(DocumentError) in
          let reading = try ObjectReading(&reader)
          if reading.kind.isEmpty { nameless.append((items.count, reading)) }
          items.append(item(reading, text))
        }
      default: try reader.skipValue()
      }
    }
    try reader.finish()
    guard isList else { throw DocumentError(.malformed, "this is not a list of objects") }
    // Items of built-in kinds come without apiVersion and kind; the list says them once.
    if kind.hasSuffix("List") { kind.removeLast(4) }
    for (index, reading) in nameless {
      var reading = reading
      reading.apiVersion = apiVersion
      reading.kind = kind
      items[index] = item(reading, text)
    }
  }

  private mutating func readMetadata(_ reader: inout JSONReader) throws(DocumentError) {
    try reader.object(of: "metadata") { reader, member throws(DocumentError) in
      switch member {
      case "resourceVersion": resourceVersion = try reader.string(of: member) ?? ""
      case "continue":
        let token = try reader.string(of: member) ?? ""
        continueToken = token.isEmpty ? nil : token
      case "remainingItemCount":
        remaining = try reader.integer(of: member).flatMap { Int(exactly: $0) }
      default: try reader.skipValue()
      }
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
