import Synchronization
import TeleportSchema

extension ResourceCalls {
  /// Reads all resources of a kind, page by page.
  ///
  /// - Parameter onPage: gets each page as it comes, and is the only one to hold it. A resource may come on two pages
  ///   where it changes its place meanwhile.
  public func list(
    _ schema: ResourceSchema,
    onPage: @escaping @Sendable ([ArraySlice<UInt8>]) throws(WireError) -> Void
  ) async throws(TeleportError) {
    try await first(schema.calls.list) { call throws(TeleportError) in
      if call.isStreaming { return try await stream(call, onPage) }
      var token = ""
      repeat {
        let reply = try await page(call, after: token)
        token = try malformed(call.method) { () throws(WireError) in
          let fields = try WireReader.fields(of: reply)
          try onPage(fields.compactMap { $0.number == call.replyField ? $0.bytes : nil })
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

  private static let pageSize: UInt64 = 500

  private func page(
    _ call: ResourceCall, after token: String
  ) async throws(TeleportError) -> [UInt8] {
    var request = WireWriter()
    if let paging = call.paging {
      request.varint(paging.pageSizeField, Self.pageSize)
      if !token.isEmpty { request.string(paging.pageTokenField, token) }
    }
    return try await connection.call(call.method, request.bytes, timeout: timeout)
  }

  private func stream(
    _ call: ResourceCall,
    _ onPage: @escaping @Sendable ([ArraySlice<UInt8>]) throws(WireError) -> Void
  ) async throws(TeleportError) {
    try await connection.stream(call.method, [], timeout: timeout) { message in
      try malformed(call.method) { () throws(WireError) in try onPage([message[...]]) }
    }
  }
}
