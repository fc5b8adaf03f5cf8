/// Where a resource's message carries what all resources have.
///
/// Source: types.ResourceHeader, which most messages begin with, and api/proto/teleport for those that do not.
public struct HeaderLayout: Hashable, Sendable {
  /// The field of the message that carries the header; nil where the fields stand in the message itself.
  let container: Int?
  let version: Int
  let metadata: Int

  /// As in types.ResourceHeader.
  public static let standard = HeaderLayout(container: nil, version: 3, metadata: 4)

  init(container: Int?, version: Int, metadata: Int) {
    self.container = container
    self.version = version
    self.metadata = metadata
  }

  init(of message: MessageSchema) {
    let inline = message.inlined.first { $0.message.field("metadata") != nil }
    let header = inline?.message ?? message
    self.init(
      container: inline?.field.number,
      version: header.field("version")?.number ?? Self.standard.version,
      metadata: header.field("metadata")?.number ?? Self.standard.metadata)
  }

  /// The message that carries the header's fields.
  func header(of bytes: some Collection<UInt8>) throws(WireError) -> ArraySlice<UInt8> {
    guard let container else { return bytes as? ArraySlice<UInt8> ?? ArraySlice(bytes) }
    return try WireReader.bytes(at: [container], in: bytes) ?? []
  }
}

extension ResourceSchema {
  /// What decisions depend on, of a resource of this kind.
  public func facts(of bytes: some Collection<UInt8>) throws(WireError) -> ResourceFacts {
    try ResourceFacts(bytes, header)
  }
}
