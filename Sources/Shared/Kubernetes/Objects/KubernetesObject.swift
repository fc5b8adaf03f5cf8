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
    try self.init(json: document.jsonBytes)
  }

  /// Reads an object from JSON.
  ///
  /// - Throws: `DocumentError` where the text is not JSON, or no object with well-formed metadata.
  public init(json text: [UInt8]) throws(DocumentError) {
    var reader = try JSONReader(text)
    self = try ObjectReading(&reader).object(in: text)
    try reader.finish()
  }

  /// The object's namespace and name.
  public var key: ObjectKey { ObjectKey(metadata.name, namespace: metadata.namespace) }

  /// The object as a generic document.
  public var document: JSONValue {
    var members = body
    members["apiVersion"] = .string(apiVersion)
    members["kind"] = .string(kind)
    members["metadata"] = metadata.document
    if spec != .null { members["spec"] = spec }
    if status != .null { members["status"] = status }
    return .object(members)
  }

  func encoded() -> Data { Data(document.jsonBytes) }
}
