import TeleportSchema

/// A change in Teleport, as its event stream tells it.
public enum TeleportEvent: Hashable, Sendable {
  /// The stream is open. What changed before is not told; list now to miss nothing.
  case initialized
  case put(kind: String, name: String, resource: [UInt8])
  case deleted(kind: String, name: String)

  /// Kinds by the field of `proto.Event` that carries them.
  private static let kinds = Dictionary(
    ResourceSchema.standard.compactMap { schema in schema.eventField.map { ($0, schema) } },
    uniquingKeysWith: { first, _ in first })

  /// - Returns: nil for an event of a kind that this build does not know.
  /// - Source: teleport-wire.md I.
  init?(_ message: [UInt8]) throws(WireError) {
    let fields = try WireReader.fields(of: message)
    switch fields.last(where: { $0.number == 1 })?.varint ?? 0 {
    case 0:
      self = .initialized
    case 1:
      for field in fields {
        guard let schema = Self.kinds[field.number], let bytes = field.bytes else { continue }
        self = .put(
          kind: schema.kind, name: try schema.facts(of: bytes).name, resource: Array(bytes))
        return
      }
      return nil
    case 2:
      let header = fields.last { $0.number == 2 }?.bytes ?? []
      let kind = try WireReader.bytes(at: [1], in: header) ?? []
      self = .deleted(
        kind: String(decoding: kind, as: UTF8.self), name: try ResourceFacts(header).name)
    default:
      return nil
    }
  }
}

/// What the first event of a stream says was accepted.
enum WatchStatus {
  /// - Returns: nil where the server does not say; it has then accepted all that was asked for.
  /// - Source: teleport-wire.md I: types.WatchStatusV1 in field 43, its spec in 5, the kinds there in 1.
  static func acceptedKinds(_ message: [UInt8]) throws(WireError) -> Set<String>? {
    guard let status = try WireReader.bytes(at: [43], in: message) else { return nil }
    var kinds: Set<String> = []
    for field in try WireReader.fields(of: WireReader.bytes(at: [5], in: status) ?? [])
    where field.number == 1 {
      let kind = try WireReader.bytes(at: [1], in: field.bytes ?? []) ?? []
      kinds.insert(String(decoding: kind, as: UTF8.self))
    }
    return kinds
  }
}
