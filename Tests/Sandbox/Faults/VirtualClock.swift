import Synchronization

/// A clock that stands still until a test moves it.
public final class VirtualClock: Clock, Sendable {
  public struct Instant: InstantProtocol {
    public fileprivate(set) var offset: Duration = .zero
    public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    public func duration(to other: Instant) -> Duration { other.offset - offset }
    public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct Sleeper {
    let deadline: Instant
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct Watcher {
    let isMet: @Sendable ([Duration]) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now = Instant()
    var lastID = 0
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
    var watchers: [Watcher] = []

    var rests: [Duration] { sleepers.values.map { now.duration(to: $0.deadline) } }

    mutating func metWatchers() -> [CheckedContinuation<Void, Never>] {
      let rests = rests
      let met = watchers.filter { $0.isMet(rests) }
      watchers.removeAll { $0.isMet(rests) }
      return met.map(\.continuation)
    }
  }

  private let state = Mutex(State())

  public init() {}

  public var now: Instant { state.withLock { $0.now } }
  public var minimumResolution: Duration { .nanoseconds(1) }

  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock {
      $0.lastID += 1
      return $0.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        begin(id, Sleeper(deadline: deadline, continuation: continuation))
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func begin(_ id: Int, _ sleeper: Sleeper) {
    enum Outcome {
      case sleeping([CheckedContinuation<Void, Never>])
      case over, cancelled
    }
    let outcome: Outcome = state.withLock { state in
      if state.cancelled.remove(id) != nil { return .cancelled }
      if sleeper.deadline <= state.now { return .over }
      state.sleepers[id] = sleeper
      return .sleeping(state.metWatchers())
    }
    switch outcome {
    case .sleeping(let met): for watcher in met { watcher.resume() }
    case .over: sleeper.continuation.resume()
    case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
    }
  }

  private func cancel(_ id: Int) {
    let sleeper: Sleeper? = state.withLock { state in
      if let sleeper = state.sleepers.removeValue(forKey: id) { return sleeper }
      state.cancelled.insert(id)
      return nil
    }
    sleeper?.continuation.resume(throwing: CancellationError())
  }

  /// Moves on and wakes whoever is due.
  public func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.sorted { $0.value.deadline < $1.value.deadline }.map(\.value.continuation)
    }
    for sleeper in due { sleeper.resume() }
  }

  /// Returns once somebody sleeps for no longer than `limit`.
  public func waitForSleeper(within limit: Duration) async {
    await wait { $0.contains { $0 <= limit } }
  }

  /// Returns once so many sleep.
  public func waitForSleepers(_ count: Int) async { await wait { $0.count >= count } }

  private func wait(until isMet: @escaping @Sendable ([Duration]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let met = state.withLock { state in
        state.watchers.append(Watcher(isMet: isMet, continuation: continuation))
        return state.metWatchers()
      }
      for watcher in met { watcher.resume() }
    }
  }

  /// Lets whoever sleeps for no longer than `limit` go on, as soon as somebody does.
  public func pass(within limit: Duration) async {
    await waitForSleeper(within: limit)
    advance(by: limit)
  }
}
