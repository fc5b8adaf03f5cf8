import Synchronization

/// Notices when something that should keep arriving has stopped to.
///
/// Only the time in which it is waited for counts, not that in which what came is worked on.
final class SilenceGuard: Sendable {
  /// Nothing came for too long.
  struct Silence: Error {}

  private let waitingSince: Mutex<Duration?> = Mutex(nil)
  private let clock: MonotonicClock

  init(clock: MonotonicClock) { self.clock = clock }

  func beginWaiting() {
    let now = clock.now
    waitingSince.withLock { $0 = now }
  }

  func endWaiting() { waitingSince.withLock { $0 = nil } }

  /// Returns never; throws `Silence` when a wait has lasted for `limit`, or `CancellationError`.
  func run(limit: Duration) async throws {
    while true {
      let rest = waitingSince.withLock { $0 }.map { limit - (clock.now - $0) } ?? limit
      if rest <= .zero { throw Silence() }
      try await clock.sleep(for: rest)
    }
  }
}
