/// Writes the lines of one watch.
struct WatchSession: Sendable {
  enum Next: Sendable {
    case goOn
    case stop
  }

  let plan: WatchPlan
  let writer: ResponseWriter
  private var isFirst = true

  init(plan: WatchPlan, writer: ResponseWriter) {
    self.plan = plan
    self.writer = writer
  }

  mutating func begin(with opening: WatchOpening) async throws {
    try await show(opening.initial.map { WatchEvent(kind: .added, object: $0) })
    if plan.marksInitialEnd {
      try await writer.write(
        plan.presentation.bookmark(opening.revision, endsInitialEvents: true))
    }
  }

  mutating func react(
    to wake: Watcher.Wake, _ storage: Storage, _ watch: Int
  ) async throws -> Next {
    switch wake {
    case .cut:
      await writer.cut()
      return .stop
    case .failed(let status):
      try await fail(status)
      return .stop
    case .changed, .bookmarkDue, .timedOut:
      let batch: WatchBatch
      do { batch = try await storage.drain(watch) } catch {
        try await fail(error)
        return .stop
      }
      try await show(batch.events)
      if case .changed = wake { return .goOn }
      if plan.allowsBookmarks { try await writer.write(plan.presentation.bookmark(batch.revision)) }
      guard case .timedOut = wake else { return .goOn }
      await writer.end()
      return .stop
    }
  }

  private func fail(_ status: APIStatus) async throws {
    try await writer.write(Presentation.line("ERROR", status.json.jsonBytes))
    await writer.end()
  }

  /// Many small events go out in few large pieces.
  private mutating func show(_ events: [WatchEvent]) async throws {
    var piece: [UInt8] = []
    for event in events {
      piece += plan.presentation.line(event.kind.rawValue, event.object, isFirst: isFirst)
      isFirst = false
      if piece.count > 64 * 1024 {
        try await writer.write(piece)
        piece.removeAll(keepingCapacity: true)
      }
    }
    if !piece.isEmpty { try await writer.write(piece) }
  }
}
