import Documents

extension ResourceSchema {
  /// A resource in wire form, and what in its JSON deserves a warning.
  public struct Encoding: Sendable {
    public let bytes: [UInt8]
    public let warnings: [SchemaIssue]
  }

  /// Encodes a whole resource (`kind`, `version`, `metadata`, `spec`).
  ///
  /// - Throws: `SchemaError` with every issue, each with its path.
  public func encoding(of json: JSONValue) throws(SchemaError) -> Encoding {
    var encoder = MessageEncoder(registry: registry)
    var json = json
    // Not every message says what it is.
    if message.member("kind") == nil, json["kind"]?.string == kind { json["kind"] = nil }
    let bytes = encoder.encode(json, as: message)
    let errors = encoder.issues.filter { !$0.isWarning }
    guard errors.isEmpty else { throw SchemaError(errors) }
    return Encoding(bytes: bytes, warnings: encoder.issues)
  }

  /// As `encoding(of:)`, without the warnings.
  public func encode(_ json: JSONValue) throws(SchemaError) -> [UInt8] {
    try encoding(of: json).bytes
  }

  /// The resource as JSON, without zero values and fields that the schema does not know.
  public func decode(_ bytes: some Collection<UInt8>) throws(WireError) -> JSONValue {
    try MessageDecoder(registry: registry).decode(bytes, as: message)
  }

  /// As `decode`, without what Teleport manages: what a custom resource could have said.
  public func managedFields(of bytes: some Collection<UInt8>) throws(WireError) -> JSONValue {
    try MessageDecoder(registry: registry, content: .managed).decode(bytes, as: message)
  }

  /// As `managedFields`, without what a custom resource says only at the creation.
  public func comparedFields(of bytes: some Collection<UInt8>) throws(WireError) -> JSONValue {
    try MessageDecoder(registry: registry, content: .compared).decode(bytes, as: message)
  }

  /// `live` with all managed fields as `declared` has them and everything else as it was, byte for byte.
  public func merge(
    declared: some Collection<UInt8>, over live: some Collection<UInt8>
  ) throws(WireError) -> [UInt8] {
    try MessageMerge(registry: registry).merge(declared: declared, over: live, as: message)
  }
}
