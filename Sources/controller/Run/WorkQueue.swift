import Synchronization

/// Which custom resource, of which kind.
struct WorkKey: Hashable, Sendable, CustomStringConvertible {
  let kind: String
  let namespace: String?
  let name: String

  var description: String { "\(kind)/" + (namespace.map { "\($0)/" } ?? "") + name }
}

/// Keys that need work, each at most once, each handled by one worker at a time.
///
/// - Guarantees: a key that is added while it is being handled is handled again afterwards. The order is first come,
///   first served. Delays are waited for outside, so that a key that is due now overtakes one that backs off.
final class WorkQueue: Sendable {
  private struct State {
    var waiting: [WorkKey] = []
    var queued: Set<WorkKey> = []
    var active: Set<WorkKey> = []
    var again: Set<WorkKey> = []
    var idle: [Int: CheckedContinuation<WorkKey?, Never>] = [:]
    var lastTicket = 0
    var isClosed = false

    mutating func add(_ key: WorkKey) -> CheckedContinuation<WorkKey?, Never>? {
      if isClosed { return nil }
      if active.contains(key) {
        again.insert(key)
        return nil
      }
      guard queued.insert(key).inserted else { return nil }
      if let ticket = idle.keys.first, let worker = idle.removeValue(forKey: ticket) {
        queued.remove(key)
        active.insert(key)
        return worker
      }
      waiting.append(key)
      return nil
    }
  }

  private let state = Mutex(State())

  var depth: Int { state.withLock { $0.waiting.count } }

  /// Whether nothing waits and nothing is being handled.
  var isIdle: Bool { state.withLock { $0.waiting.isEmpty && $0.active.isEmpty } }

  func add(_ key: WorkKey) {
    let worker = state.withLock { $0.add(key) }
    worker?.resume(returning: key)
  }

  /// The next key; nil once the queue is closed or the task is cancelled. Call `done` with it afterwards.
  func next() async -> WorkKey? {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { wait($0, ticket) }
    } onCancel: {
      let worker = state.withLock { $0.idle.removeValue(forKey: ticket) }
      worker?.resume(returning: nil)
    }
  }

  private func wait(_ continuation: CheckedContinuation<WorkKey?, Never>, _ ticket: Int) {
    // Asked under the lock: a cancellation that came before finds nobody to wake.
    let answer: WorkKey?? = state.withLock { state in
      if state.isClosed || Task.isCancelled { return .some(nil) }
      guard !state.waiting.isEmpty else {
        state.idle[ticket] = continuation
        return nil
      }
      let key = state.waiting.removeFirst()
      state.queued.remove(key)
      state.active.insert(key)
      return key
    }
    if let answer { continuation.resume(returning: answer) }
  }

  func done(_ key: WorkKey) {
    let isNeeded = state.withLock { state in
      state.active.remove(key)
      return state.again.remove(key) != nil
    }
    if isNeeded { add(key) }
  }

  /// Ends all waiting; what is being handled is finished.
  func close() {
    let idle = state.withLock { state in
      state.isClosed = true
      state.waiting.removeAll()
      state.queued.removeAll()
      defer { state.idle.removeAll() }
      return Array(state.idle.values)
    }
    for worker in idle { worker.resume(returning: nil) }
  }
}
