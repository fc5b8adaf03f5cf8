import Synchronization

/// Tells of a state once, until another one comes.
final class LeaseReporter: Sendable {
  private let last: Mutex<LeaseState> = Mutex(.starting)
  private let stateChanged: @Sendable (LeaseState) -> Void

  init(_ stateChanged: @escaping @Sendable (LeaseState) -> Void) {
    self.stateChanged = stateChanged
  }

  func report(_ state: LeaseState) {
    let isNew = last.withLock { last in
      defer { last = state }
      return last != state
    }
    if isNew { stateChanged(state) }
  }
}
