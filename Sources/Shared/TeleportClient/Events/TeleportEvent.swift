import TeleportSchema

/// A change in Teleport, as its event stream tells it.
public enum TeleportEvent: Hashable, Sendable {
  /// The stream is open. What changed before is not told; list now to miss nothing.
  case initialized
  case put(kind: String, name: String, resource: [UInt8])
  case deleted(kind: String, name: String)

  /// - Returns: nil for an event of a kind that this build does not know.
  /// - Source: teleport-wire.md I.
  init?(_ message: [UInt8]) throws(WireError) {
    let fields = try WireReader.fields(of: message)
    switch fields.last(where: { $0.number == 1 })?.varint ?? 0 {
    case 0:
      self = .initialized
    case 1:
      for schema in ResourceSchema.standard {
        guard let field = fields.last(where: { $0.number == schema.eventField }),
          let bytes = field.bytes
        else { continue }
        self = .put(
          kind: schema.kind, name: try ResourceFacts(bytes).name, resource: Array(bytes))
        return
      }
      return nil
    case 2:
      let header = fields.last { $0.number == 2 }?.bytes ?? []
      let kind = try WireReader.fields(of: header).last { $0.number == 1 }?.string ?? ""
      self = .deleted(kind: kind, name: try ResourceFacts(header).name)
    default:
      return nil
    }
  }
}

extension AuthConnection {
  /// Follows the changes of the given kinds until the stream ends.
  ///
  /// - Guarantees: `.initialized` comes first, once. After an end or an error something may have been missed: list again.
  /// - Parameter kinds: Teleport's names; the caller's role needs `read` on each.
  public func watch(
    kinds: [String], onEvent: @escaping @Sendable (TeleportEvent) async -> Void
  ) async throws(TeleportError) {
    try await events(of: kinds, allowPartialSuccess: true) { message throws(WireError) in
      if let event = try TeleportEvent(message) { await onEvent(event) }
    }
  }

  /// - Parameter allowPartialSuccess: go on without the kinds that the caller may not read or the server does not know.
  func events(
    of kinds: [String], allowPartialSuccess: Bool,
    onMessage: @escaping @Sendable ([UInt8]) async throws(WireError) -> Void
  ) async throws(TeleportError) {
    var request = Proto_Watch()
    request.kinds = kinds.map { kind in .with { $0.kind = kind } }
    request.allowPartialSuccess = allowPartialSuccess
    let method = "proto.AuthService/WatchEvents"
    guard let bytes: [UInt8] = try? request.serializedBytes() else {
      throw TeleportError(.invalidArgument, operation: method, detail: "cannot be encoded")
    }
    try await stream(method, bytes) { message in
      do { try await onMessage(message) } catch {
        throw TeleportError(.malformedReply, operation: method, detail: "\(error)")
      }
    }
  }
}
