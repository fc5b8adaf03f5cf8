import FoundationEssentials
import Synchronization

/// Requests to renew before it is due; several become one.
final class RenewalRequests: Sendable {
  enum Reason: String, Sendable {
    case signal = "SIGHUP"
    case authoritiesChanged = "a certificate authority has changed"
    case identityChanged = "the admin identity has changed"
  }

  private struct State {
    var reason: Reason?
    var waiter: CheckedContinuation<Reason?, Never>?
  }

  private let state = Mutex(State())

  func request(_ reason: Reason) {
    let waiter = state.withLock { state in
      guard let waiter = state.waiter else {
        // A changed authority asks for more than the others: a new identity too.
        if state.reason != .authoritiesChanged { state.reason = reason }
        return nil as CheckedContinuation<Reason?, Never>?
      }
      state.waiter = nil
      return waiter
    }
    waiter?.resume(returning: reason)
  }

  /// The next request, also one from before the call; nil when the task is cancelled. One caller at a time.
  func next() async -> Reason? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let reason: Reason?? = state.withLock { state in
          if Task.isCancelled { return .some(nil) }
          if let reason = state.reason {
            state.reason = nil
            return reason
          }
          state.waiter = continuation
          return nil
        }
        if let reason { continuation.resume(returning: reason) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(returning: nil)
    }
  }
}
