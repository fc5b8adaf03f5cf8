import Synchronization

/// How often keys have failed in a row, and which of their waits counts.
///
/// - Guarantees: of several waits for one key only the last one ends in work, so that what happens meanwhile does not
///   multiply the tries.
final class Retries: Sendable {
  /// One wait of one key.
  struct Ticket: Hashable, Sendable { fileprivate let number: Int }

  private struct State {
    var failures: [WorkKey: Int] = [:]
    var waits: [WorkKey: Ticket] = [:]
    var lastNumber = 0

    mutating func wait(_ key: WorkKey) -> Ticket {
      lastNumber += 1
      let ticket = Ticket(number: lastNumber)
      waits[key] = ticket
      return ticket
    }
  }

  private let state = Mutex(State())

  /// How often in a row the key has failed.
  func failures(_ key: WorkKey) -> Int { state.withLock { $0.failures[key] ?? 0 } }

  /// Whether no key waits.
  var isIdle: Bool { state.withLock { $0.waits.isEmpty } }

  /// - Returns: how many failures in a row there have been, and the wait that begins.
  func failed(_ key: WorkKey) -> (failures: Int, wait: Ticket) {
    state.withLock { state in
      state.failures[key, default: 0] += 1
      return (state.failures[key] ?? 1, state.wait(key))
    }
  }

  /// Begins a wait without a failure.
  func wait(_ key: WorkKey) -> Ticket { state.withLock { $0.wait(key) } }

  /// Whether a wait that has ended is the key's last one; it is over then.
  func isDue(_ key: WorkKey, _ ticket: Ticket) -> Bool {
    state.withLock { state in
      guard state.waits[key] == ticket else { return false }
      state.waits[key] = nil
      return true
    }
  }

  /// Nothing is wrong with the key any more, or it is gone.
  func forget(_ key: WorkKey) {
    state.withLock { state in
      state.failures[key] = nil
      state.waits[key] = nil
    }
  }
}
