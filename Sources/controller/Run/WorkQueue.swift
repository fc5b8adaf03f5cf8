import Kubernetes
import Synchronization

/// Which custom resource, of which kind.
struct WorkKey: Hashable, Sendable, CustomStringConvertible {
  let kind: String
  let namespace: String?
  let name: String

  var description: String { "\(kind)/" + (namespace.map { "\($0)/" } ?? "") + name }
}

/// A key in a worker's hands, and the lane that it came by.
struct Work: Hashable, Sendable {
  let key: WorkKey
  let lane: Lane
}

/// Keys that need work, each at most once, each handled by one worker at a time.
///
/// - Guarantees: a key that is added while it is being handled is handled again afterwards. Fresh work overtakes
///   resync; within a lane the kinds take turns. The last idle worker goes only to a kind that has none at work: a kind
///   with thousands of slow keys leaves one worker to the others. Delays are waited for outside.
final class WorkQueue: Sendable {
  private typealias Worker = CheckedContinuation<Work?, Never>

  private struct State {
    var lanes = WorkLanes()
    var active: Set<WorkKey> = []
    /// How many workers each kind has.
    var workers: [String: Int] = [:]
    /// Keys that were added while they were being handled.
    var again: [WorkKey: Lane] = [:]
    /// Workers without work, by ticket.
    var idle: [Int: Worker] = [:]
    var lastTicket = 0
    var isClosed = false

    /// Gives work to workers for as long as there is some that they may do.
    mutating func dispatch() -> [(worker: Worker, work: Work)] {
      var given: [(Worker, Work)] = []
      while let ticket = idle.keys.first {
        let isLast = idle.count == 1
        let workers = workers
        guard
          let entry = lanes.next(where: { !isLast || workers[$0] == nil }),
          let worker = idle.removeValue(forKey: ticket)
        else { break }
        active.insert(entry.key)
        self.workers[entry.key.kind, default: 0] += 1
        given.append((worker, Work(key: entry.key, lane: entry.lane)))
      }
      return given
    }

    mutating func add(_ key: WorkKey, _ lane: Lane, at now: Duration) {
      if isClosed { return }
      guard active.contains(key) else { return lanes.add(key, to: lane, at: now) }
      if again[key] != .fresh { again[key] = lane }
    }
  }

  private let state = Mutex(State())
  private let clock: MonotonicClock

  init(clock: MonotonicClock = .continuous) { self.clock = clock }

  /// How many keys wait.
  var depth: Int { Lane.allCases.reduce(0) { $0 + depth(of: $1) } }

  func depth(of lane: Lane) -> Int { state.withLock { $0.lanes.depth(of: lane) } }

  /// Whether nothing waits and nothing is being handled.
  var isIdle: Bool { state.withLock { $0.lanes.isEmpty && $0.active.isEmpty } }

  /// How long the key that has waited longest in a lane has been in it; zero where none waits.
  func oldestAge(in lane: Lane) -> Duration {
    let oldest = state.withLock { $0.lanes.oldest(in: lane) }
    return oldest.map { max(.zero, clock.now - $0) } ?? .zero
  }

  func add(_ key: WorkKey, lane: Lane) { add(CollectionOfOne(key), lane: lane) }

  func add(_ keys: some Collection<WorkKey>, lane: Lane) {
    let now = clock.now
    change { state in
      for key in keys { state.add(key, lane, at: now) }
    }
  }

  /// The next key; nil once the queue is closed or the task is cancelled. Call `done` with it afterwards.
  func next() async -> Work? {
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

  private func wait(_ worker: Worker, _ ticket: Int) {
    // Asked under the lock: a cancellation that came before finds nobody to wake.
    let isOver = change { state in
      if state.isClosed || Task.isCancelled { return true }
      state.idle[ticket] = worker
      return false
    }
    if isOver { worker.resume(returning: nil) }
  }

  func done(_ work: Work) {
    let key = work.key
    let now = clock.now
    change { state in
      guard state.active.remove(key) != nil else { return }
      let rest = (state.workers[key.kind] ?? 1) - 1
      state.workers[key.kind] = rest > 0 ? rest : nil
      if let lane = state.again.removeValue(forKey: key) { state.add(key, lane, at: now) }
    }
  }

  /// Ends all waiting; what is being handled is finished.
  func close() {
    let idle = state.withLock { state in
      state.isClosed = true
      state.lanes.removeAll()
      state.again.removeAll()
      defer { state.idle.removeAll() }
      return Array(state.idle.values)
    }
    for worker in idle { worker.resume(returning: nil) }
  }

  /// Changes the state and gives out what can be done after that.
  @discardableResult
  private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    let (result, given) = state.withLock { state in
      let result = body(&state)
      return (result, state.dispatch())
    }
    for (worker, work) in given { worker.resume(returning: work) }
    return result
  }
}
