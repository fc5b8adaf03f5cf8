import Operations

/// When a call that failed is made again on its own.
struct RetryPolicy: Hashable, Sendable {
  /// How often a call is made at most.
  var attempts = 5
  var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(5), jitter: 0.5)

  /// How long to wait before the next try; nil where there should be none.
  ///
  /// - Parameter attempt: How many tries have failed, from 1.
  ///
  /// A call whose effect is unknown is repeated only where doing it twice is as good as once. A server that
  /// refused a call for lack of time or room has not done it, so that any call can be repeated then.
  func delay(
    after error: KubernetesError, attempt: Int, isRepeatable: Bool,
    using random: inout some RandomNumberGenerator
  ) -> Duration? {
    guard attempt < attempts else { return nil }
    switch error.code {
    case .tooManyRequests: break
    case .connection: guard isRepeatable || error.effect == .none else { return nil }
    case .unavailable, .internalError:
      guard error.retryAfter != nil || (isRepeatable && error.code == .unavailable) else {
        return nil
      }
    case .timeout: guard isRepeatable else { return nil }
    default: return nil
    }
    return (error.retryAfter ?? .zero) + backoff.delay(attempt: attempt, using: &random)
  }
}
