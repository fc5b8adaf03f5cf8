import Kubernetes
import Logging
import Operations

/// Takes keys off the queue and reconciles them, one at a time; tries failures again, later each time.
struct Worker: Sendable {
  /// - Parameter failures: How many attempts have failed in a row, at most `Retries.maximumFailures`.
  typealias Reconcile =
    @Sendable (_ object: KubernetesObject, _ kind: WatchedKind, _ failures: Int) async throws ->
    Reconciler.Result

  private let queue: WorkQueue
  private let retries: Retries
  private let resources: ResourceMirror
  private let log: StateLog
  private let reconcile: Reconcile

  init(
    _ queue: WorkQueue, _ retries: Retries, _ resources: ResourceMirror, _ log: StateLog,
    reconcile: @escaping Reconcile
  ) {
    self.queue = queue
    self.retries = retries
    self.resources = resources
    self.log = log
    self.reconcile = reconcile
  }

  /// Runs until the queue is closed.
  func run() async {
    while let work = await queue.next() {
      await handle(work)
      queue.done(work)
    }
  }

  private func handle(_ work: Work) async {
    let key = work.key
    guard let kind = WatchedKind.all.first(where: { $0.customResource.kind == key.kind }),
      let object = resources.object(key)
    else {
      retries.forget(key)
      log.forget(key.description)
      return
    }
    guard let failures = retries.attempt(work, object) else { return }
    do {
      switch try await reconcile(object, kind, failures) {
      case .done: retries.forget(key)
      case .retry: retries.failed(work, object)
      case .lookAgain: retries.lookAgain(work)
      }
    } catch is CancellationError where Task.isCancelled {
      // Left to whoever works next, in this process or in another.
      queue.add(key, lane: work.lane)
    } catch let error as KubernetesError where error.code == .conflict {
      // Somebody was faster; the watch brings what they wrote.
      retries.lookAgain(work)
    } catch let error as LeaseNotHeld {
      log.record(
        key.description, "\(error)", .info, "waiting for the lease",
        metadata: ["resource": "\(key)", "reason": "\(error)"])
      retries.lookAgain(work)
    } catch {
      // Teleport's errors are in the status by now; these are Kubernetes'.
      log.record(
        key.description, "\(error)", .warning, "cannot reconcile, trying again",
        metadata: ["resource": "\(key)", "error": "\(error)"])
      retries.failed(work, object)
    }
  }
}
