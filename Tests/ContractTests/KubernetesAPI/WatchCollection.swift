import Kubernetes
import Testing

extension ContractSession {
  private struct Enough: Error {}

  /// The events of a watch on this session's widgets, up to the first that `isLast` says yes to.
  ///
  /// - Parameter seconds: When the server ends the watch in any case.
  func events(
    from version: String, seconds: Int = 30, until isLast: @escaping @Sendable (WatchEvent) -> Bool
  ) async throws -> [WatchEvent] {
    let collected = Collected()
    do {
      _ = try await client.watch(
        widgets, namespace: namespace, from: version, seconds: seconds, silence: .seconds(60)
      ) { event in
        await collected.append(event)
        if isLast(event) { throw Enough() }
      }
    } catch is Enough {}
    return await collected.events
  }

  /// What a watch tells until the server closes it, and how far it came.
  ///
  /// - Parameter opened: Done once the watch is open.
  func eventsOfClosedWatch(
    from version: String, seconds: Int, opened: @escaping @Sendable () async throws -> Void
  ) async throws -> (summaries: [String], version: String) {
    let collected = Collected()
    let end = try await client.watch(
      widgets, namespace: namespace, from: version, seconds: seconds, silence: .seconds(60),
      opened: {
        do { try await opened() } catch { Issue.record(error) }
      }, { await collected.append($0) })
    #expect(end == .closed)
    let events = await collected.events
    return (events.map(\.summary), events.last?.resourceVersion ?? version)
  }

  private actor Collected {
    var events: [WatchEvent] = []
    func append(_ event: WatchEvent) { events.append(event) }
  }
}

extension WatchEvent {
  /// `ADDED NAME` and the like.
  var summary: String {
    switch self {
    case .added(let object): "ADDED \(object.metadata.name)"
    case .modified(let object): "MODIFIED \(object.metadata.name)"
    case .deleted(let object): "DELETED \(object.metadata.name)"
    case .bookmark: "BOOKMARK"
    }
  }

  var isBookmark: Bool { if case .bookmark = self { true } else { false } }

  var object: KubernetesObject? {
    switch self {
    case .added(let object), .modified(let object), .deleted(let object): object.object
    case .bookmark: nil
    }
  }
}
