import Logging
import Operations
import Synchronization
import TeleportClient
import TeleportSchema

/// Keeps the mirror equal to Teleport over one connection: event stream first, then a list, then events on top.
struct MirrorFeed: Sendable {
  let mirror: TeleportMirror
  let kinds: [ResourceSchema]
  let log: StateLog
  /// Told which resource may have changed; nil for all of a kind.
  let changed: @Sendable (_ kind: String, _ name: String?) -> Void

  private static let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(30))

  /// Runs until cancelled.
  func run(on connection: AuthConnection) async {
    var failures = 0
    while !Task.isCancelled {
      let reached = Mutex(false)
      do throws(TeleportError) {
        try await follow(connection) { reached.withLock { $0 = true } }
      } catch {
        if Task.isCancelled { break }
        log.record(
          "events", error.code.rawValue, .warning, "Teleport's event stream failed, trying again",
          metadata: ["error": "\(error)"])
      }
      mirror.loseSync()
      failures = reached.withLock { $0 } ? 1 : failures + 1
      try? await Task.sleep(for: Self.backoff.delay(attempt: failures))
    }
    mirror.loseSync()
  }

  private func follow(
    _ connection: AuthConnection, onSync: @escaping @Sendable () -> Void
  ) async throws(TeleportError) {
    let early = EarlyEvents()
    let lists = ResourceCalls(connection, timeout: .seconds(60))
    let (initialized, started) = AsyncStream<Void>.makeStream()
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await connection.watch(kinds: kinds.filter { $0.eventField != nil }.map(\.kind)) {
            switch $0 {
            case .initialized: started.finish()
            case .put(let kind, let name, let resource): take(kind, name, resource, early)
            case .deleted(let kind, let name): take(kind, name, nil, early)
            }
          }
          // A stream that ends without an error has a gap all the same.
          throw TeleportError(.unreachable, operation: "events", detail: "the stream ended")
        }
        group.addTask {
          for await _ in initialized {}
          mirror.beginSync()
          for schema in kinds { try await load(schema, lists, early) }
          early.changes.withLock { $0 = nil }
          onSync()
          log.record("events", "in sync", .info, "following Teleport's events")
          for schema in kinds { changed(schema.kind, nil) }
        }
        // Not `waitForAll`: that would wait for the list, which waits for a stream that has failed.
        for try await _ in group {}
      }
    } catch let error as TeleportError {
      throw error
    } catch {
      throw TeleportError(.cancelled, operation: "events", detail: "")
    }
  }

  private func load(
    _ schema: ResourceSchema, _ calls: ResourceCalls, _ early: EarlyEvents
  ) async throws {
    var list: [String: [UInt8]] = [:]
    for resource in try await calls.list(schema) {
      list[try ResourceFacts(resource).name] = resource
    }
    // Under the lock: an event that comes now must not be overwritten by the older list.
    early.changes.withLock { changes in
      mirror.replace(kind: schema.kind, with: list, events: changes?[schema.kind] ?? [:])
    }
  }

  private func take(
    _ kind: String, _ name: String, _ resource: [UInt8]?, _ early: EarlyEvents
  ) {
    let isEarly = early.changes.withLock { changes in
      mirror.record(kind: kind, name: name, resource)
      changes?[kind, default: [:]][name] = .some(resource)
      return changes != nil
    }
    if !isEarly { changed(kind, name) }
  }
}

/// What events told while the lists were being read; nil once they have been.
private final class EarlyEvents: Sendable {
  let changes = Mutex<[String: [String: [UInt8]?]]?>([:])
}
