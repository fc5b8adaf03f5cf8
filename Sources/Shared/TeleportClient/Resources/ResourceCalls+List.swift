import Synchronization
import TeleportSchema

extension ResourceCalls {
  static let pageSize: UInt64 = 500

  /// Reads all resources of a kind, page by page; of a kind of which there is one in a cluster, that one.
  ///
  /// - Parameter onPage: gets each page as it comes, and is the only one to hold it. A resource may come on two pages
  ///   where it changes its place meanwhile.
  public func list(
    _ schema: ResourceSchema,
    onPage: @escaping @Sendable ([ArraySlice<UInt8>]) throws(WireError) -> Void
  ) async throws(TeleportError) {
    if schema.calls.list.isEmpty, let name = schema.singletonName {
      let only = try await get(name, of: schema)
      try malformed(schema.kind) { () throws(WireError) in
        try onPage(only.map { [$0[...]] } ?? [])
      }
      return
    }
    try await first(schema.calls.list) { call throws(TeleportError) in
      if call.isStreaming { return try await stream(call, onPage) }
      var token = ""
      repeat {
        let reply = try await page(call, after: token)
        token = try malformed(call.method) { () throws(WireError) in
          let fields = try WireReader.fields(of: reply)
          var resources: [ArraySlice<UInt8>] = []
          for field in fields where field.number == call.replyField {
            if let resource = try Self.resource(in: field.bytes, call) {
              resources.append(resource)
            }
          }
          try onPage(resources)
          return fields.last { $0.number == call.paging?.nextPageTokenField }?.string ?? ""
        }
      } while !token.isEmpty
    }
  }

  /// All resources of a kind at once.
  public func list(_ schema: ResourceSchema) async throws(TeleportError) -> [[UInt8]] {
    let all = Mutex<[[UInt8]]>([])
    try await list(schema) { page in all.withLock { $0 += page.map(Array.init) } }
    return all.withLock { $0 }
  }

  private func page(
    _ call: ResourceCall, after token: String
  ) async throws(TeleportError) -> [UInt8] {
    try await connection.call(call.method, request(call, page: token), timeout: timeout)
  }

  /// The resource in an element of a list; nil for an element that carries another kind.
  private static func resource(
    in element: ArraySlice<UInt8>?, _ call: ResourceCall
  ) throws(WireError) -> ArraySlice<UInt8>? {
    guard let element, let field = call.elementField else { return element }
    return try WireReader.bytes(at: [field], in: element)
  }

  private func stream(
    _ call: ResourceCall,
    _ onPage: @escaping @Sendable ([ArraySlice<UInt8>]) throws(WireError) -> Void
  ) async throws(TeleportError) {
    try await connection.stream(call.method, request(call), timeout: timeout) { message in
      try malformed(call.method) { () throws(WireError) in try onPage([message[...]]) }
    }
  }
}
