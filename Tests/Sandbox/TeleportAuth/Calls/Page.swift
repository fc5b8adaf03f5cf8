import TeleportSchema

/// One page of a list, by name of the first that is not on it.
enum Page {
  /// The largest page that the server gives, and what a client gets that does not ask.
  static let limit = 1000

  static func cut(
    _ resources: [StoredResource], size: UInt64?, token: String
  ) -> (resources: ArraySlice<StoredResource>, next: String) {
    let asked = Int32(truncatingIfNeeded: size ?? 0)
    let size = asked > 0 ? min(Int(asked), limit) : limit
    let rest = resources.drop { $0.key.name < token }
    let page = rest.prefix(size)
    return (page, rest.dropFirst(size).first?.key.name ?? "")
  }

  /// A reply with the resources in one field and the next page's token in another.
  static func message(
    _ messages: [[UInt8]], field: Int, next: String, nextField: Int
  ) -> [UInt8] {
    var writer = WireWriter()
    for element in messages { writer.bytes(field, element) }
    if !next.isEmpty { writer.string(nextField, next) }
    return writer.bytes
  }
}

extension [UInt8] {
  /// The message as the only field of another.
  func wrapped(in field: Int) -> [UInt8] {
    var writer = WireWriter()
    writer.bytes(field, self)
    return writer.bytes
  }
}
