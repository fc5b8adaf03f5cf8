import Kubernetes
import Logging
import Operations

/// Takes keys off the queue and reconciles them, one at a time; tries failures again, later each time.
struct Worker: Sendable {
  private let queue: WorkQueue
  private let retries: Retries
  private let resources: ResourceMirror
  private let reconciler: Reconciler
  private let log: StateLog
  private static let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(300))
  /// How long a server takes to show a write that it only acknowledged. Its event usually comes sooner.
  private static let lookAgain: Duration = .milliseconds(500)

  init(
    _ queue: WorkQueue, _ retries: Retries, _ resources: ResourceMirror, _ reconciler: Reconciler,
    _ log: StateLog
  ) {
    self.queue = queue
    self.retries = retries
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
      retries.forget(key)
      log.forget(key.description)
      return
    }
    do {
      switch try await reconciler.reconcile(object, kind, failures: retries.failures(key)) {
      case .done: retries.forget(key)
      case .retry: retry(key)
      case .lookAgain: add(key, after: Self.lookAgain, retries.wait(key))
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
    let (failures, ticket) = retries.failed(key)
    add(key, after: Self.backoff.delay(attempt: failures), ticket)
  }

  private func add(_ key: WorkKey, after delay: Duration, _ ticket: Retries.Ticket) {
    Task { [queue, retries] in
      try await Task.sleep(for: delay)
      if retries.isDue(key, ticket) { queue.add(key) }
    }
  }
}
