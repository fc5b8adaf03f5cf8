import Documents
import FoundationEssentials
import Synchronization
import TeleportSchema
import X509

/// All that the auth server knows, and every decision that it takes on it.
///
/// Guarantees: a call takes effect as a whole or not at all. Reads see the cache, which follows the committed state
/// with the configured lag; events leave in the order of the writes, and not before the cache has them.
actor AuthState {
  private nonisolated let currentVersion: Mutex<ServerVersion>
  nonisolated let clusterName: String
  nonisolated let features: TeleportSandbox.Features
  nonisolated let cacheLag: TeleportSandbox.CacheLag
  nonisolated let eventQueueSize: Int
  nonisolated let maximumCertificateLifetime: Duration?
  nonisolated let reviewToken: (@Sendable (String) -> TeleportSandbox.TokenReview)?
  private let realNow: @Sendable () -> Date

  /// The committed state.
  private(set) var backend = ResourceStore()
  /// What reads see.
  private(set) var cache = ResourceStore()
  private var uncached: [(change: ResourceChange, due: ContinuousClock.Instant)] = []
  private var clockOffset: TimeInterval = 0
  private var lastID: UInt64 = 1_690_000_000_000_000_000

  var pki: ClusterPKI
  var botInstances: [String: BotInstance] = [:]
  var writes: [String: TeleportSandbox.WriteCounts] = [:]
  var subscriptions: [Int: EventSubscription] = [:] {
    didSet { notifySubscriptionWatchers() }
  }
  private var subscriptionWatchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] =
    []
  var lastSubscription = 0

  nonisolated var version: ServerVersion { currentVersion.withLock { $0 } }
  var major: Int { version.major }

  /// From the next call on; what is stored stays as it is.
  func upgrade(to version: ServerVersion) { currentVersion.withLock { $0 = version } }

  init(options: TeleportSandbox.Options, pki: ClusterPKI) {
    currentVersion = Mutex(options.version)
    clusterName = options.clusterName
    features = options.features
    cacheLag = options.cacheLag
    eventQueueSize = options.eventQueueSize
    maximumCertificateLifetime = options.maximumCertificateLifetime
    reviewToken = options.reviewToken
    realNow = options.now
    self.pki = pki
  }

  /// Returns when there are that many event streams.
  func waitForSubscriptions(count: Int) async {
    if subscriptions.count == count { return }
    await withCheckedContinuation { subscriptionWatchers.append((count, $0)) }
  }

  private func notifySubscriptionWatchers() {
    let count = subscriptions.count
    for watcher in subscriptionWatchers where watcher.count == count {
      watcher.continuation.resume()
    }
    subscriptionWatchers.removeAll { $0.count == count }
  }

  // MARK: - Time

  var now: Date { realNow().addingTimeInterval(clockOffset) }

  func advanceClock(by duration: Duration) {
    let parts = duration.components
    clockOffset += Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    expireResources()
  }

  /// What has expired goes away, with an event, as the real server's backend does it.
  func expireResources() {
    for key in backend.expired(at: now) { commit(.delete(key)) }
  }

  // MARK: - Writing

  /// Stores a resource under a new revision.
  @discardableResult
  func store(_ message: [UInt8], kind: String) -> StoredResource {
    var message = message
    let layout = MessageLayout.of(kind)
    if major >= 15 {
      message.set(layout.revision, to: .string(UUID().uuidString.lowercased()))
    } else {
      lastID += 1
      message.remove(layout.revision)
      message.set(layout.id, to: .varint(lastID))
    }
    let resource = StoredResource(kind: kind, message: message)
    commit(.put(resource))
    return resource
  }

  func commit(_ change: ResourceChange) {
    backend.apply(change)
    switch cacheLag {
    case .none:
      publish(change)
    case .manual:
      uncached.append((change, .now))
    case .after(let lag):
      uncached.append((change, .now + lag))
      Task {
        try? await Task.sleep(for: lag)
        self.refreshCache(upTo: .now)
      }
    }
  }

  /// Lets the cache catch up with all that is due at that time; nil: with everything.
  func refreshCache(upTo due: ContinuousClock.Instant? = nil) {
    while let next = uncached.first, due.map({ next.due <= $0 }) ?? true {
      uncached.removeFirst()
      publish(next.change)
    }
  }

  private func publish(_ change: ResourceChange) {
    cache.apply(change)
    for subscription in subscriptions.values { subscription.offer(change) }
  }

  func count(_ kind: String, _ write: WritableKeyPath<TeleportSandbox.WriteCounts, Int>) {
    writes[kind, default: .init()][keyPath: write] += 1
  }
}
