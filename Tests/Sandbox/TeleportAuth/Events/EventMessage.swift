import TeleportSchema

/// `proto.Event` messages.
enum EventMessage {
  private enum Operation {
    static let put: UInt64 = 1
    static let delete: UInt64 = 2
  }

  /// The first event: empty on old servers, with the accepted kinds on newer ones.
  static func initial(accepted: [WatchedKind], major: Int) -> [UInt8] {
    guard major >= 13 else { return [] }
    var spec = WireWriter()
    for element in accepted { spec.bytes(1, element.message) }
    var metadata = WireWriter()
    metadata.string(1, "watch_status")
    metadata.string(2, "default")
    var status = WireWriter()
    status.string(1, "watch_status")
    status.string(3, "v1")
    status.bytes(4, metadata.bytes)
    status.bytes(5, spec.bytes)
    return status.bytes.wrapped(in: 43)
  }

  /// nil where the kind has no events.
  static func put(kind: String, message: [UInt8]) -> [UInt8]? {
    guard let field = field(of: kind) else { return nil }
    var writer = WireWriter()
    writer.varint(1, Operation.put)
    writer.bytes(field, message)
    return writer.bytes
  }

  /// The field of `proto.Event` that carries a resource.
  private static func field(of kind: String) -> Int? {
    switch kind {
    case "cert_authority": 3
    case "token": 5
    case "user": 8
    case "role": 9
    default: ServedKind.named(kind)?.event
    }
  }

  /// Carries no more than a header, whose version is the newest that the server knows and not the resource's.
  static func delete(_ key: ResourceKey, major: Int) -> [UInt8] {
    var metadata = WireWriter()
    metadata.string(1, key.name)
    metadata.string(2, "default")
    var header = WireWriter()
    header.string(1, key.kind)
    header.string(3, key.kind == "role" ? RoleVersions.stored("", major: major) : "v2")
    header.bytes(4, metadata.bytes)
    var writer = WireWriter()
    writer.varint(1, Operation.delete)
    writer.bytes(2, header.bytes)
    return writer.bytes
  }
}
