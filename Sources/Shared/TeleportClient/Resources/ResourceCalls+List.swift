import Synchronization
import TeleportSchema

extension ResourceCalls {
  /// All resources of a kind, page by page.
  public func list(_ schema: ResourceSchema) async throws(TeleportError) -> [[UInt8]] {
    try await first(schema.calls.list) { call throws(TeleportError) in
      if call.isStreaming { return try await streamed(call) }
      var resources: [[UInt8]] = []
      var token = ""
      repeat {
        let reply = try await page(call, after: token)
        let fields = try malformed(call.method) { () throws(WireError) in
          try WireReader.fields(of: reply)
        }
        for field in fields where field.number == call.replyField {
          resources.append(Array(field.bytes ?? []))
        }
        token = fields.last { $0.number == call.paging?.nextPageTokenField }?.string ?? ""
      } while !token.isEmpty
      return resources
    }
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

  private func streamed(_ call: ResourceCall) async throws(TeleportError) -> [[UInt8]] {
    let collected = Mutex<[[UInt8]]>([])
    try await connection.stream(call.method, [], timeout: timeout) { message in
      collected.withLock { $0.append(message) }
    }
    return collected.withLock { $0 }
  }
}
