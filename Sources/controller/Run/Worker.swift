import Kubernetes
import Logging
import Operations
import Synchronization

/// Takes keys off the queue and reconciles them, one at a time; tries failures again, later each time.
struct Worker: Sendable {
  private let queue: WorkQueue
  private let resources: ResourceMirror
  private let reconciler: Reconciler
  private let log: StateLog
  private static let failures = Mutex<[WorkKey: Int]>([:])
  private static let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(300))
  /// How long a server takes to show a write that it only acknowledged. Its event usually comes sooner.
  private static let lookAgain: Duration = .milliseconds(500)

  init(
    _ queue: WorkQueue, _ resources: ResourceMirror, _ reconciler: Reconciler, _ log: StateLog
  ) {
    self.queue = queue
    self.resources = resources
    self.reconciler = reconciler
    self.log = log
  }

  /// Runs until the queue is closed.
  func run() async {
    while let key = await queue.next() {
      await handle(key)
      queue.done(key)
    }
  }

  private func handle(_ key: WorkKey) async {
    guard let kind = WatchedKind.all.first(where: { $0.customResource.kind == key.kind }),
      let object = resources.object(key)
    else {
      Self.failures.withLock { _ = $0.removeValue(forKey: key) }
      log.forget(key.description)
      return
    }
    do {
      switch try await reconciler.reconcile(object, kind) {
      case .done: Self.failures.withLock { _ = $0.removeValue(forKey: key) }
      case .retry: retry(key)
      case .lookAgain: add(key, after: Self.lookAgain)
      }
    } catch {
      // Teleport's errors are in the status by now; these are Kubernetes', the lease's, or a cancellation.
      if !(error is CancellationError) {
        log.record(
          key.description, "\(error)", .warning, "cannot reconcile, trying again",
          metadata: ["resource": "\(key)", "error": "\(error)"])
      }
      retry(key)
    }
  }

  private func retry(_ key: WorkKey) {
    let failures = Self.failures.withLock { failures in
      failures[key, default: 0] += 1
      return failures[key] ?? 1
    }
    add(key, after: Self.backoff.delay(attempt: failures))
  }

  private func add(_ key: WorkKey, after delay: Duration) {
    let queue = queue
    Task {
      try await Task.sleep(for: delay)
      queue.add(key)
    }
  }
}
