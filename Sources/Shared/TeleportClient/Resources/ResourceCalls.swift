import TeleportSchema

/// Reads and writes resources of any kind, by the calls that the kind's schema names.
///
/// - Guarantees: where the server does not know a call, the next one is tried, and remembered for this connection.
///   A write returns what the server says it holds now, where the server says it.
public struct ResourceCalls: Sendable {
  public let connection: AuthConnection
  public let timeout: Duration

  public init(_ connection: AuthConnection, timeout: Duration = AuthConnection.defaultTimeout) {
    self.connection = connection
    self.timeout = timeout
  }

  /// The result of a write.
  public enum Written: Sendable {
    /// What the server holds now.
    case resource([UInt8])
    /// The server does not say; reads may be stale for a moment.
    case acknowledged
  }

  /// The resource; nil where there is none. May be stale for some seconds after a write.
  public func get(
    _ name: String, of schema: ResourceSchema
  ) async throws(TeleportError) -> [UInt8]? {
    do {
      return try await first(schema.calls.get) { call throws(TeleportError) in
        try resource(in: await send(call, self.request(call, name: name)), call)
      }
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }

  /// - Throws: `.alreadyExists` where the server has it, unless it only knows how to upsert.
  public func create(
    _ resource: [UInt8], of schema: ResourceSchema
  ) async throws(TeleportError) -> Written {
    try await write(resource, schema.calls.create)
  }

  /// Replaces a resource that was read before; its bytes carry the revision.
  ///
  /// - Throws: `.revisionConflict` where it has changed since.
  public func update(
    _ resource: [UInt8], of schema: ResourceSchema
  ) async throws(TeleportError) -> Written {
    try await write(resource, schema.calls.update)
  }

  /// Creates or replaces, whatever is there.
  public func upsert(
    _ resource: [UInt8], of schema: ResourceSchema
  ) async throws(TeleportError) -> Written {
    do {
      return try await write(resource, schema.calls.upsert)
    } catch  where error.code == .unimplemented {
      return try await createOrUpdate(resource, of: schema)
    }
  }

  public func delete(
    _ name: String, of schema: ResourceSchema
  ) async throws(TeleportError) {
    _ = try await first(schema.calls.delete) { call throws(TeleportError) in
      try await send(call, request(call, name: name))
    }
  }

  // MARK: -

  private func createOrUpdate(
    _ resource: [UInt8], of schema: ResourceSchema
  ) async throws(TeleportError) -> Written {
    do {
      return try await create(resource, of: schema)
    } catch  where error.code == .alreadyExists {
      let facts = try malformed("resource") { () throws(WireError) in
        try schema.facts(of: resource)
      }
      guard let live = try await get(facts.name, of: schema) else { throw error }
      let merged = try malformed("resource") { () throws(WireError) in
        try schema.merge(declared: resource, over: live)
      }
      return try await update(merged, of: schema)
    }
  }

  private func write(
    _ resource: [UInt8], _ calls: [ResourceCall]
  ) async throws(TeleportError) -> Written {
    try await first(calls) { call throws(TeleportError) in
      var request = resource
      if let field = call.resourceField {
        var writer = WireWriter()
        writer.bytes(field, resource)
        request = writer.bytes
      }
      let reply = try await send(call, request)
      if call.hasEmptyReply { return .acknowledged }
      return .resource(try self.resource(in: reply, call))
    }
  }

  /// A request that is not about a resource's content.
  func request(
    _ call: ResourceCall, name: String = "", page token: String? = nil
  ) -> [UInt8] {
    var request = WireWriter()
    if let field = call.nameField { request.string(field, name) }
    if let token, let paging = call.paging {
      request.varint(paging.pageSizeField, Self.pageSize)
      if !token.isEmpty { request.string(paging.pageTokenField, token) }
    }
    for constant in call.constants {
      switch constant.value {
      case .text(let text): request.string(constant.field, text)
      case .number(let number): request.varint(constant.field, number)
      }
    }
    return request.bytes
  }

  private func send(_ call: ResourceCall, _ request: [UInt8]) async throws(TeleportError) -> [UInt8]
  {
    try await connection.call(call.method, request, timeout: timeout)
  }

  func resource(in reply: [UInt8], _ call: ResourceCall) throws(TeleportError) -> [UInt8] {
    guard let field = call.replyField else { return reply }
    let bytes = try malformed(call.method) { () throws(WireError) in
      try WireReader.bytes(at: [field], in: reply)
    }
    guard let bytes else {
      throw TeleportError(.malformedReply, operation: call.method, detail: "no resource in it")
    }
    return Array(bytes)
  }

  /// Runs `body` with the first call that the server knows.
  func first<Result>(
    _ calls: [ResourceCall], _ body: (ResourceCall) async throws(TeleportError) -> Result
  ) async throws(TeleportError) -> Result {
    for call in calls where connection.supports(call.method) {
      do {
        return try await body(call)
      } catch  where error.code == .unimplemented {
        continue
      }
    }
    let operation = calls.first?.method ?? "no call"
    throw TeleportError(
      .unimplemented, operation: operation,
      detail: "Teleport \(connection.server.version) has no call for this")
  }

  func malformed<Result>(
    _ operation: String, _ body: () throws(WireError) -> Result
  ) throws(TeleportError) -> Result {
    do { return try body() } catch {
      throw TeleportError(.malformedReply, operation: operation, detail: "\(error)")
    }
  }
}
