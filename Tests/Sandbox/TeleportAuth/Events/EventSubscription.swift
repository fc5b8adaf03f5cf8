/// What one client of WatchEvents is still to get.
///
/// Guarantees: events come in the order of the writes, INIT first. A client that does not keep up loses the stream,
/// never an event in the middle of it.
struct EventSubscription: Sendable {
  let id: Int
  let client: ClientVersion
  let kinds: [WatchedKind]
  let server: ServerVersion
  let events: AsyncThrowingStream<[UInt8], any Error>
  private let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation

  init(
    id: Int, client: ClientVersion, kinds: [WatchedKind], server: ServerVersion, queueSize: Int
  ) {
    self.id = id
    self.client = client
    self.kinds = kinds
    self.server = server
    (events, continuation) = AsyncThrowingStream.makeStream(
      of: [UInt8].self, bufferingPolicy: .bufferingOldest(queueSize))
    push(EventMessage.initial(accepted: kinds, major: server.major))
  }

  func offer(_ change: ResourceChange) {
    guard kinds.contains(where: { $0.matches(change.key) }) else { return }
    switch change {
    case .delete(let key):
      push(EventMessage.delete(key, major: server.major))
    case .put(let resource):
      do throws(CallError) {
        let message = try visible(resource)
        if let event = EventMessage.put(kind: resource.key.kind, message: message) { push(event) }
      } catch {
        continuation.finish(throwing: error)
      }
    }
  }

  /// Ends the stream; nil as a server that goes down in good order does.
  func end(_ error: CallError?) { continuation.finish(throwing: error) }

  private func visible(_ resource: StoredResource) throws(CallError) -> [UInt8] {
    switch resource.key.kind {
    case "role": try RoleDowngrade(server: server).role(resource.message, for: client)
    case "user": UserCompletion.withoutSecrets(resource.message)
    default: resource.message
    }
  }

  private func push(_ event: [UInt8]) {
    if case .dropped = continuation.yield(event) {
      continuation.finish(throwing: CallError(.badParameter, "buffer overflow"))
    }
  }
}
