import Logging
import Operations
import Synchronization
import TeleportClient
import TeleportSchema

/// The mirror's feed from one event stream's beginning to its end.
struct FeedSession: Sendable {
  let feed: MirrorFeed
  let connection: AuthConnection
  /// Kinds of which this build knows events.
  let withEvents: [String]

  /// Why a session is over although nothing failed.
  struct End: Error {
    /// What the next one should watch.
    let watchable: Set<String>
  }

  private let schemas: [String: ResourceSchema]
  private let progress: Progress
  /// Lists are the largest replies there are: two are on their way at once, so that memory stays small.
  private let slots = Slots(count: 2)

  init(feed: MirrorFeed, connection: AuthConnection, withEvents: [String]) {
    self.feed = feed
    self.connection = connection
    self.withEvents = withEvents
    schemas = Dictionary(
      feed.kinds.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
    progress = Progress(Set(feed.kinds.map(\.kind)))
  }

  /// - Parameter watched: the kinds to ask events of; where there are none, everything is polled.
  /// - Throws: when the stream is over. Where it was refused, the answer is `End` with what may be watched.
  func run(watching watched: Set<String>) async throws(TeleportError) -> End {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        let (accepted, answer) = AsyncStream.makeStream(of: Set<String>.self)
        if watched.isEmpty {
          answer.yield([])
        } else {
          group.addTask { try await follow(watched, answer) }
        }
        group.addTask {
          guard let followed = try await first(of: accepted) else { return }
          try await keep(followed)
        }
        // Not waitForAll(), which lets the others go on where one has failed.
        for try await _ in group {}
      }
      return End(watchable: watched)
    } catch let end as End {
      return end
    } catch let error as TeleportError {
      throw error
    } catch {
      throw TeleportError(.cancelled, operation: "events", detail: "")
    }
  }

  // MARK: - Events

  private func follow(
    _ watched: Set<String>, _ answer: AsyncStream<Set<String>>.Continuation
  ) async throws {
    do {
      try await connection.watch(
        kinds: withEvents.filter(watched.contains), onAccepted: { answer.yield($0) },
        onEvent: {
          switch $0 {
          case .initialized: break
          case .put(let kind, let name, let resource): put(kind, name, resource)
          case .deleted(let kind, let name): take(kind, name, nil)
          }
        })
    } catch {
      guard error.refusesWatch, !isOpen else { throw error }
      // One refused kind can refuse the whole.
      let watchable = try await connection.watchableKinds(among: withEvents)
      guard watchable != watched else { throw error }
      throw End(watchable: watchable)
    }
    // A stream that ends without an error has a gap all the same.
    throw TeleportError(.unreachable, operation: "events", detail: "the stream ended")
  }

  /// Whether this session's stream was opened.
  private var isOpen: Bool { progress.isOpen.withLock { $0 } }

  private func put(_ kind: String, _ name: String, _ bytes: [UInt8]) {
    guard let schema = schemas[kind] else { return }
    do {
      take(kind, name, try LiveResource(bytes, schema))
    } catch {
      // Whoever reads it will say what is wrong with it.
      feed.mirror.forget(kind: kind, name: name)
      feed.changed(kind, name)
    }
  }

  private func take(_ kind: String, _ name: String, _ resource: LiveResource?) {
    let isEarly = progress.changes.withLock { changes in
      feed.mirror.record(kind: kind, name: name, resource)
      changes[kind]?[name] = .some(resource)
      return changes[kind] != nil
    }
    if !isEarly { feed.changed(kind, name) }
  }

  private func first(of accepted: AsyncStream<Set<String>>) async throws -> Set<String>? {
    try await withThrowingTaskGroup(of: Set<String>?.self) { group in
      group.addTask {
        for await kinds in accepted { return kinds }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: feed.pace.opening)
        throw TeleportError(
          .deadlineExceeded, operation: "events", detail: "the stream was not opened in time")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  // MARK: - Lists

  private func keep(_ followed: Set<String>) async throws {
    progress.isOpen.withLock { $0 = true }
    if !followed.isEmpty { await feed.answered(nil) }
    feed.mirror.beginSync()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for schema in feed.kinds {
        guard connection.server.serves(schema) else {
          feed.mirror.fail(kind: schema.kind, .unimplemented)
          isTried(schema)
          // What waits for it learns that it waits for another server.
          feed.changed(schema.kind, nil)
          continue
        }
        group.addTask { try await keep(schema, isFollowed: followed.contains(schema.kind)) }
      }
      let refused = withEvents.filter { !followed.contains($0) }
      if !refused.isEmpty { group.addTask { try await waitForEvents(of: refused) } }
      for try await _ in group {}
    }
  }

  /// Lists a kind until it was read once, or for ever where no events tell of it.
  private func keep(_ schema: ResourceSchema, isFollowed: Bool) async throws {
    let subject = "list \(schema.kind)"
    var failures = 0
    while true {
      do throws(TeleportError) {
        try await slots.run { () async throws(TeleportError) in try await load(schema) }
        await feed.answered(nil)
        isTried(schema)
        if failures > 0 {
          feed.log.record(subject, "works", .info, "listing \(schema.kind)s in Teleport again")
        }
        failures = 0
        if isFollowed { return }
        try await sleep(feed.pace.poll * Double.random(in: 0.9...1.1))
      } catch {
        if error.code == .cancelled, Task.isCancelled { throw error }
        failures += 1
        feed.mirror.fail(kind: schema.kind, error.code)
        isTried(schema)
        feed.log.record(
          subject, error.code.rawValue, .warning,
          "cannot list \(schema.kind)s in Teleport, trying again",
          metadata: ["kind": "\(schema.kind)", "error": "\(error)"])
        try await sleep(feed.pace.relist.delay(attempt: failures))
      }
    }
  }

  /// A kind was listed, or cannot be.
  private func isTried(_ schema: ResourceSchema) {
    let areAll = progress.untried.withLock { kinds in
      kinds?.remove(schema.kind)
      defer { if kinds?.isEmpty == true { kinds = nil } }
      return kinds?.isEmpty == true
    }
    if areAll { feed.log.record("events", "in sync", .info, "following Teleport's events") }
  }

  private func load(_ schema: ResourceSchema) async throws(TeleportError) {
    let list = Mutex<[String: LiveResource]>([:])
    feed.mirror.willList(kind: schema.kind)
    progress.changes.withLock { $0[schema.kind] = [:] }
    do {
      try await ResourceCalls(connection, timeout: .seconds(60)).list(schema) {
        page throws(WireError) in
        for bytes in page {
          let resource = try LiveResource(bytes, schema)
          list.withLock { $0[resource.facts.name] = resource }
        }
      }
    } catch {
      let told = progress.changes.withLock { $0.removeValue(forKey: schema.kind) } ?? [:]
      for name in told.keys.sorted() { feed.changed(schema.kind, name) }
      throw error
    }
    // Under the lock: an event that comes now must not be overwritten by the older list.
    let changes = progress.changes.withLock { changes in
      feed.mirror.replace(
        kind: schema.kind, with: list.withLock { $0 },
        events: changes.removeValue(forKey: schema.kind) ?? [:])
    }
    guard let changes else { return feed.changed(schema.kind, nil) }
    for name in changes.sorted() { feed.changed(schema.kind, name) }
  }

  /// Ends the session as soon as one of these kinds can be watched.
  private func waitForEvents(of refused: [String]) async throws {
    feed.log.record(
      "refused events", refused.joined(separator: " "), .warning,
      "Teleport tells no events of some kinds; they are listed instead",
      metadata: ["kinds": "\(refused.joined(separator: " "))"])
    var attempts = 0
    while true {
      attempts += 1
      try await sleep(feed.pace.rewatch.delay(attempt: attempts))
      // Where nobody can be asked, the stream will say so itself.
      let watchable = try? await connection.watchableKinds(among: refused)
      if let watchable, !watchable.isEmpty {
        feed.log.forget("refused events")
        throw End(watchable: Set(withEvents).subtracting(refused).union(watchable))
      }
    }
  }

  private func sleep(_ duration: Duration) async throws(TeleportError) {
    do { try await Task.sleep(for: duration) } catch {
      throw TeleportError(.cancelled, operation: "events", detail: "")
    }
  }
}

/// How far a session is.
private final class Progress: Sendable {
  /// What events have told while a list of their kind was being read; kinds that are not being listed are not here.
  let changes = Mutex<[String: [String: LiveResource?]]>([:])
  let isOpen = Mutex(false)
  /// Kinds whose first list is still to come; nil once all have.
  let untried: Mutex<Set<String>?>

  init(_ kinds: Set<String>) { untried = Mutex(kinds) }
}
