import FoundationEssentials
import Synchronization

/// Posts Kubernetes Events about objects, as far as that is possible.
///
/// Guarantees: `record` never waits. Notes that repeat within ten minutes become one Event with a count; many
/// notes about one object are thinned out. An Event that cannot be posted is dropped, nothing else fails.
public final class EventRecorder: Sendable {
  private let client: KubernetesClient
  private let wallClock: @Sendable () -> Date
  private let series: Mutex<EventSeries>
  private let arrivals: AsyncStream<Void>
  private let arrived: AsyncStream<Void>.Continuation

  /// - Parameter component: Who speaks, such as `teleport-controller`.
  public init(
    _ client: KubernetesClient, component: String,
    wallClock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.client = client
    self.wallClock = wallClock
    series = Mutex(EventSeries(component: component))
    (arrivals, arrived) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Notes something; `run` posts it.
  public func record(_ note: EventNote) {
    let now = client.clock.now
    let date = wallClock()
    series.withLock { $0.add(note, now: now, date: date) }
    arrived.yield()
  }

  /// How many notes were left out because there were too many.
  public var dropped: Int { series.withLock { $0.dropped } }

  /// Posts what is recorded, until the task is cancelled. To be run once.
  public func run() async {
    for await _ in arrivals {
      while !Task.isCancelled, let post = next() {
        do {
          try await send(post)
        } catch {
          series.withLock { $0.failed(post) }
        }
      }
    }
  }

  private func next() -> EventSeries.Post? {
    let unique = client.randomness.use { $0.next() }
    return series.withLock { $0.next(unique: unique) }
  }

  private func send(_ post: EventSeries.Post) async throws {
    let limit: Duration = .seconds(10)
    switch post {
    case .create(let event): _ = try await client.create(.events, event, timeout: limit)
    case .update(let key, let patch):
      _ = try await client.mergePatch(.events, key, patch, timeout: limit)
    }
  }
}
