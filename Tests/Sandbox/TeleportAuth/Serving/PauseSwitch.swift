import Synchronization

/// Lets a whole server stand still, with its connections open.
final class PauseSwitch: Sendable {
  private struct State {
    var isPaused = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func pause() { state.withLock { $0.isPaused = true } }

  func resume() {
    let waiting = state.withLock { state in
      defer { state = State() }
      return state.waiting
    }
    for element in waiting { element.resume() }
  }

  /// Returns when the server is not paused.
  func pass() async {
    await withCheckedContinuation { continuation in
      let mayPass = state.withLock { state in
        if state.isPaused { state.waiting.append(continuation) }
        return !state.isPaused
      }
      if mayPass { continuation.resume() }
    }
  }
}
