import Logging
import Operations
import Synchronization
import TeleportClient
import TeleportSchema

/// Keeps the mirror equal to Teleport over one connection: event stream first, then lists, then events on top.
///
/// - Guarantees: a kind that cannot be listed or watched holds up no other. It is reported once, its entries are
///   unknown, and it is picked up when it works. A kind without events is listed again and again.
struct MirrorFeed: Sendable {
  let mirror: TeleportMirror
  let kinds: [ResourceSchema]
  let log: StateLog
  var pace = Pace()
  /// Told what came of each stream and list; nil where it was answered.
  var answered: @Sendable (TeleportError?) async -> Void = { _ in }
  /// Told that the server is not what the connection was opened to, such as after an upgrade; the feed has ended then.
  var serverChanged: @Sendable () async -> Void = {}
  /// Told which resource may have changed; nil for all of a kind.
  let changed: @Sendable (_ kind: String, _ name: String?) -> Void

  /// How often what is tried.
  struct Pace: Sendable {
    /// Between two lists of a kind that has no events.
    var poll: Duration = .seconds(60)
    /// Between two event streams. A session that has lasted for the maximum counts as none that failed.
    var reconnect = Backoff(initial: .milliseconds(200), maximum: .seconds(30))
    /// Between two lists of a kind that failed.
    var relist = Backoff(initial: .seconds(1), maximum: .seconds(60))
    /// Between two questions whether a kind that was refused events has them now.
    var rewatch = Backoff(initial: .seconds(5), maximum: .seconds(300))
    /// How long a server may take to open the stream.
    var opening: Duration = .seconds(30)
  }

  /// Runs until cancelled.
  func run(on connection: AuthConnection) async {
    guard !kinds.isEmpty else { return }
    mirror.follow(connection.server)
    let withEvents = kinds.filter { $0.eventField != nil && connection.server.serves($0) }
      .map(\.kind)
    var watched = Set(withEvents)
    var failures = 0
    var isFirst = true
    while !Task.isCancelled {
      let start = ContinuousClock.now
      let session = FeedSession(feed: self, connection: connection, withEvents: withEvents)
      var hasFailed = true
      do throws(TeleportError) {
        // A server that was away may have been upgraded.
        let isSame = isFirst ? true : try await connection.isSameServer()
        if !isSame {
          log.record(
            "events", "changed", .info,
            "Teleport has changed its version or licence, connecting anew")
          await serverChanged()
          break
        }
        isFirst = false
        let end = try await session.run(watching: watched)
        watched = end.watchable
        hasFailed = false
      } catch {
        if Task.isCancelled { break }
        await answered(error)
        // Perhaps it is only some of the kinds that are refused. The next session finds out anew.
        watched = Set(withEvents)
        log.record(
          "events", error.code.rawValue, .warning, "Teleport's event stream failed, trying again",
          metadata: ["error": "\(error)"])
      }
      mirror.loseSync()
      if start.duration(to: .now) >= pace.reconnect.maximum { failures = 0 }
      if hasFailed {
        failures += 1
        try? await Task.sleep(for: pace.reconnect.delay(attempt: failures))
      }
    }
    mirror.loseSync()
  }
}
