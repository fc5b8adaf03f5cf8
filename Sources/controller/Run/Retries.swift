import Kubernetes
import Operations
import Synchronization

/// How often keys have failed in a row, and when each is tried again.
///
/// - Guarantees: of several waits for one key only the last one ends in work, so that what happens meanwhile does not
///   multiply the tries. The count outlives the process in `status.failures`, see `attempt`.
/// - Assumes: somebody runs `run`, else no wait ends.
final class Retries: Sendable {
  static let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(300), jitter: 1)
  /// Where nothing failed. The event that is waited for usually comes sooner.
  static let looking = Backoff(initial: .milliseconds(500), maximum: .seconds(2))

  /// From here on waits grow no longer, and a status that counts has no reason to change.
  static let maximumFailures: Int = {
    var failures = 1
    var delay = backoff.initial
    while delay < backoff.maximum {
      delay = delay * backoff.factor
      failures += 1
    }
    return failures
  }()

  /// What `status.failures` has to say after one more failure.
  static func count(after failures: Int) -> Int { min(failures + 1, maximumFailures) }

  private struct Wait {
    let ticket: Int
    let lane: Lane
    /// Taken over from a process before this one.
    let isInherited: Bool
  }

  private struct Record {
    var failures = 0
    var looks = 0
    /// What the owner had declared when it failed.
    var declaration: Int?
    var wait: Wait?
  }

  private struct State {
    var records: [WorkKey: Record] = [:]
    var due = DueTimes()
    var lastTicket = 0
    var generator: any RandomNumberGenerator & Sendable
  }

  private let state: Mutex<State>
  private let queue: WorkQueue
  private let clock: MonotonicClock
  private let signals: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation

  /// - Parameter queue: where keys go when they are due.
  init(
    _ queue: WorkQueue, clock: MonotonicClock = .continuous,
    generator: sending any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.queue = queue
    self.clock = clock
    state = Mutex(State(generator: generator))
    (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  // MARK: - Metrics

  /// How many keys have failed and are not well yet.
  var failing: Int { state.withLock { $0.records.values.count { $0.failures > 0 } } }

  /// How many keys wait for their time.
  var waiting: Int { state.withLock { $0.records.values.count { $0.wait != nil } } }

  /// How many waits are kept, with those that count no more.
  var scheduled: Int { state.withLock { $0.due.count } }

  /// Whether no key waits.
  var isIdle: Bool { state.withLock { $0.records.values.allSatisfy { $0.wait == nil } } }

  // MARK: - Around an attempt

  /// How many failures went before the attempt that may begin now; nil where the key has to wait for its time, at which
  /// it comes again by itself.
  ///
  /// Fresh work never waits. A change by the owner ends the wait and the count. Of a key that this process has not seen
  /// fail, `status.failures` tells, provided that it speaks of the current generation; in a resync such a key waits
  /// first, so that a process that keeps crashing does not hammer.
  func attempt(_ work: Work, _ object: KubernetesObject) -> Int? {
    let key = work.key
    let (failures, hasNewWait): (Int?, Bool) = state.withLock { state in
      guard var record = state.records[key] else {
        let inherited = object.inheritedFailures
        if inherited == 0 { return (0, false) }
        state.records[key] = Record(failures: inherited, declaration: object.declarationHash)
        guard work.lane == .resync else { return (inherited, false) }
        begin(wait: Self.backoff, work, inherited, isInherited: true, &state)
        return (nil, true)
      }
      if let declaration = record.declaration, declaration != object.declarationHash {
        record = Record()
      } else if work.lane == .resync, record.wait != nil {
        return (nil, false)
      }
      record.wait = nil
      state.records[key] = record
      return (record.failures, false)
    }
    if hasNewWait { signal.yield() }
    return failures
  }

  /// The attempt failed: it is tried again, later each time.
  func failed(_ work: Work, _ object: KubernetesObject) {
    state.withLock { state in
      let failures = Self.count(after: state.records[work.key]?.failures ?? 0)
      state.records[work.key] = Record(failures: failures, declaration: object.declarationHash)
      begin(wait: Self.backoff, work, failures, isInherited: false, &state)
    }
    signal.yield()
  }

  /// Nothing failed, but it is to be looked at again in a moment.
  func lookAgain(_ work: Work) {
    state.withLock { state in
      var record = state.records[work.key] ?? Record()
      record.looks += 1
      state.records[work.key] = record
      begin(wait: Self.looking, work, record.looks, isInherited: false, &state)
    }
    signal.yield()
  }

  /// Nothing is wrong with the key any more, or it is gone.
  func forget(_ key: WorkKey) { state.withLock { _ = $0.records.removeValue(forKey: key) } }

  /// Tries a kind's keys at once that wait because they failed in this process: what they failed of may be over, as when
  /// Teleport can be reached again. Counts stay, so that what fails again waits longer.
  func endWaits(ofKind kind: String) {
    state.withLock { state in
      let keys = state.records.filter { key, record in
        key.kind == kind && record.wait?.isInherited == false
      }.keys
      for key in keys { state.records[key]?.wait = nil }
      queue.add(keys, lane: .resync)
    }
  }

  private func begin(
    wait backoff: Backoff, _ work: Work, _ attempt: Int, isInherited: Bool,
    _ state: inout State
  ) {
    state.lastTicket += 1
    let ticket = state.lastTicket
    state.records[work.key]?.wait = Wait(ticket: ticket, lane: work.lane, isInherited: isInherited)
    let delay = backoff.delay(attempt: attempt, using: &state.generator)
    state.due.insert(.init(time: clock.now + delay, key: work.key, ticket: ticket))
    // Waits that were ended early must not pile up until their time comes.
    guard state.due.count > 2 * state.records.count + 64 else { return }
    let records = state.records
    state.due.keep { records[$0.key]?.wait?.ticket == $0.ticket }
  }

  // MARK: - Time

  /// Puts keys into the queue when they are due, until cancelled. Once.
  func run() async {
    var sleeper: Task<Void, any Error>?
    defer { sleeper?.cancel() }
    signal.yield()
    for await _ in signals {
      sleeper?.cancel()
      guard let rest = addDue() else { continue }
      sleeper = Task { [clock, signal] in
        try await clock.sleep(for: rest)
        signal.yield()
      }
    }
  }

  /// - Returns: how long until the next one; nil where none waits.
  private func addDue() -> Duration? {
    let now = clock.now
    return state.withLock { state in
      while let entry = state.due.first {
        let wait = state.records[entry.key]?.wait
        guard let wait, wait.ticket == entry.ticket else {
          _ = state.due.popFirst()
          continue
        }
        if entry.time > now { return entry.time - now }
        _ = state.due.popFirst()
        state.records[entry.key]?.wait = nil
        // Under the lock: a key is always seen to wait or to be in the queue.
        queue.add(entry.key, lane: wait.lane)
      }
      return nil
    }
  }
}

extension KubernetesObject {
  /// Changes whenever the owner changes the object; not with what the controller writes.
  fileprivate var declarationHash: Int {
    var hasher = Hasher()
    hasher.combine(metadata.uid)
    hasher.combine(metadata.generation)
    hasher.combine(metadata.labels)
    hasher.combine(metadata.annotations)
    hasher.combine(metadata.deletionTimestamp)
    return hasher.finalize()
  }

  /// What the status says of failures in a row with this very spec.
  fileprivate var inheritedFailures: Int {
    guard status["observedGeneration"]?.integer == metadata.generation,
      let failures = status["failures"]?.integer, failures > 0
    else { return 0 }
    return Int(min(failures, Int64(Retries.maximumFailures)))
  }
}
