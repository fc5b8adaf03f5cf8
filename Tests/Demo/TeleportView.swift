import Credentials
import Documents
import TeleportClient
import TeleportSchema

/// The Teleport side, as an administrator with tctl on the auth node sees it.
struct TeleportView: Sendable {
  let connection: AuthConnection
  private let calls: ResourceCalls

  static func open(_ servers: Servers) async throws -> TeleportView {
    let admin = try await onBlockingThread {
      try AdminIdentity(dataDirectory: servers.teleportDataDirectory)
    }
    guard let address = AuthAddress(servers.teleportAuth) else {
      throw DemoFailure("'\(servers.teleportAuth)' is not host:port")
    }
    let connection = try await AuthConnection.open(address, as: admin.identity)
    return TeleportView(connection: connection, calls: ResourceCalls(connection))
  }

  func get(_ kind: String, _ name: String) async throws -> JSONValue? {
    let schema = try Self.schema(kind)
    return try await calls.get(name, of: schema).map { try schema.decode($0) }
  }

  /// Waits until a resource is as `predicate` wants it; nil stands for a resource that is not there.
  ///
  /// - Parameter onceWatching: runs when the event stream is open, so that nothing it does goes unseen.
  @discardableResult
  func wait(
    for kind: String, _ name: String, _ expectation: String, within limit: Duration = .seconds(20),
    onceWatching: (@Sendable () async throws -> Void)? = nil,
    until predicate: @escaping @Sendable (JSONValue?) -> Bool
  ) async throws -> JSONValue? {
    try await Awaiting.first(within: limit, "\(kind)/\(name) was not \(expectation)") {
      let (found, continuation) = AsyncStream<JSONValue?>.makeStream()
      let (opened, isOpen) = AsyncStream<Void>.makeStream()
      // A task that has nothing to report returns nil.
      return try await withThrowingTaskGroup(of: JSONValue??.self) { group in
        group.addTask {
          for await _ in opened {}
          try await onceWatching?()
          return nil
        }
        group.addTask {
          try await connection.watch(kinds: [kind]) { event in
            if event == .initialized { isOpen.finish() }
            guard let now = await state(kind, name, after: event), predicate(now) else { return }
            continuation.yield(now)
          }
          throw DemoFailure("Teleport's event stream ended")
        }
        group.addTask {
          for await resource in found { return .some(resource) }
          return nil
        }
        defer { group.cancelAll() }
        while let result = try await group.next() {
          if let resource = result { return resource }
        }
        throw CancellationError()
      }
    }
  }

  /// - Returns: nil where the event tells nothing of the resource; `.some(nil)` where it is not there.
  private func state(_ kind: String, _ name: String, after event: TeleportEvent) async
    -> JSONValue??
  {
    switch event {
    case .initialized: try? await get(kind, name)
    case .put(kind, name, let bytes): try? Self.schema(kind).decode(bytes)
    case .deleted(kind, name): .some(nil)
    default: nil
    }
  }

  /// Changes a resource the way somebody would in the web UI.
  func changeByHand(
    _ kind: String, _ name: String, _ change: (inout JSONValue) -> Void
  ) async throws {
    let schema = try Self.schema(kind)
    guard let live = try await calls.get(name, of: schema) else {
      throw DemoFailure("\(kind)/\(name) is not there")
    }
    var resource = try schema.decode(live)
    change(&resource)
    let changed = try schema.merge(declared: schema.encode(resource), over: live)
    _ = try await calls.update(changed, of: schema)
  }

  /// Removes a resource if it is there.
  func remove(_ kind: String, _ name: String) async throws {
    do {
      try await calls.delete(name, of: Self.schema(kind))
    } catch let error as TeleportError where error.code == .notFound {
      return
    }
  }

  private static func schema(_ kind: String) throws -> ResourceSchema {
    guard let schema = ResourceSchema.named(kind) else { throw DemoFailure("no kind \(kind)") }
    return schema
  }
}
