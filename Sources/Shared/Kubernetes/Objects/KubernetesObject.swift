import Documents
import FoundationEssentials

/// Any Kubernetes object.
public struct KubernetesObject: Hashable, Sendable {
  public var apiVersion: String
  public var kind: String
  public var metadata: ObjectMeta
  /// `.null` where the object has none.
  public var spec: JSONValue
  /// `.null` where the object has none.
  public var status: JSONValue
  /// All other top-level members, such as a Secret's `data`.
  public var body: [String: JSONValue]

  public init(
    apiVersion: String, kind: String, metadata: ObjectMeta, spec: JSONValue = .null,
    status: JSONValue = .null, body: [String: JSONValue] = [:]
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
    self.body = body
  }

  /// Reads an object from a generic document, such as a manifest.
  ///
  /// - Throws: `DocumentError` where the document is not an object with well-formed metadata.
  public init(_ document: JSONValue) throws(DocumentError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(document.jsonBytes))
    } catch let DecodingError.typeMismatch(_, context) {
      throw DocumentError(
        .malformed,
        "`\(context.codingPath.map(\.stringValue).joined(separator: "."))` has a wrong type")
    } catch {
      throw DocumentError(.malformed, "this is not a Kubernetes object")
    }
  }

  /// The object's namespace and name.
  public var key: ObjectKey { ObjectKey(metadata.name, namespace: metadata.namespace) }

  /// The object as a generic document.
  public var document: JSONValue {
    // Encoding cannot fail (there are no non-finite numbers), and what was encoded can be read.
    (try? JSONValue(json: encoded())) ?? .null
  }

  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

// MARK: - JSON

extension KubernetesObject: Codable {
  private struct Member: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Member.self)
    self.init(apiVersion: "", kind: "", metadata: ObjectMeta())
    for member in members.allKeys {
      switch member.stringValue {
      case "apiVersion": apiVersion = try members.decode(String.self, forKey: member)
      case "kind": kind = try members.decode(String.self, forKey: member)
      case "metadata": metadata = try members.decode(ObjectMeta.self, forKey: member)
      case "spec": spec = try members.decode(JSONValue.self, forKey: member)
      case "status": status = try members.decode(JSONValue.self, forKey: member)
      case let name: body[name] = try members.decode(JSONValue.self, forKey: member)
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Member.self)
    try members.encode(apiVersion, forKey: Member("apiVersion"))
    try members.encode(kind, forKey: Member("kind"))
    try members.encode(metadata, forKey: Member("metadata"))
    if spec != .null { try members.encode(spec, forKey: Member("spec")) }
    if status != .null { try members.encode(status, forKey: Member("status")) }
    for (name, value) in body { try members.encode(value, forKey: Member(name)) }
  }
}
