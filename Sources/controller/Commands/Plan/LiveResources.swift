import TeleportClient
import TeleportSchema

/// What Teleport holds: of many resources of a kind by one list, of few by name.
struct LiveResources {
  private let calls: ResourceCalls
  private var lists: [String: Result<[String: [UInt8]], TeleportError>] = [:]

  /// A list is a page or two; more calls than this take longer.
  private static let few = 20

  init(_ connection: AuthConnection) {
    calls = ResourceCalls(connection, timeout: .seconds(60))
  }

  /// Gets ready for that many reads of a kind.
  mutating func expect(_ count: Int, of schema: ResourceSchema) async {
    guard count > Self.few, lists[schema.kind] == nil, calls.connection.server.serves(schema) else {
      return
    }
    do throws(TeleportError) {
      var byName: [String: [UInt8]] = [:]
      for bytes in try await calls.list(schema) {
        guard let name = try? schema.facts(of: bytes).name else { continue }
        byName[name] = bytes
      }
      lists[schema.kind] = .success(byName)
    } catch {
      lists[schema.kind] = .failure(error)
    }
  }

  /// The resource; nil where Teleport has none of that name, or cannot have any.
  func read(_ name: String, _ schema: ResourceSchema) async throws(TeleportError) -> [UInt8]? {
    guard calls.connection.server.serves(schema) else { return nil }
    if let list = lists[schema.kind] { return try list.get()[name] }
    return try await calls.get(name, of: schema)
  }
}
