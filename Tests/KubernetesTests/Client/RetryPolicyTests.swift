import Testing

@testable import Kubernetes

@Suite("which calls are made again")
struct RetryPolicyTests {
  private let policy = RetryPolicy()

  private func delay(_ error: KubernetesError, attempt: Int = 1, isRepeatable: Bool) -> Duration? {
    var random = SeededRandom(7)
    return policy.delay(
      after: error, attempt: attempt, isRepeatable: isRepeatable, using: &random)
  }

  /// Every combination, stated once more in other words.
  @Test(arguments: KubernetesError.Code.allCases)
  func everyCase(code: KubernetesError.Code) {
    for effect in [KubernetesError.Effect.none, .unknown] {
      for retryAfter in [nil, Duration.seconds(2)] {
        for isRepeatable in [true, false] {
          let error = KubernetesError(code, "", retryAfter: retryAfter, effect: effect)
          let expected =
            switch code {
            case .tooManyRequests: true
            case .connection: effect == .none || isRepeatable
            case .unavailable: retryAfter != nil || isRepeatable
            case .internalError: retryAfter != nil
            case .timeout: isRepeatable
            default: false
            }
          let delay = delay(error, isRepeatable: isRepeatable)
          #expect((delay != nil) == expected, "\(code) \(effect) \(isRepeatable)")
          if let delay { #expect(delay > (retryAfter ?? .zero)) }
        }
      }
    }
  }

  @Test func itEndsAndGrows() {
    let error = KubernetesError(.tooManyRequests, "")
    let delays = (1...5).map { delay(error, attempt: $0, isRepeatable: true) }
    #expect(delays.map { $0 != nil } == [true, true, true, true, false])
    for (attempt, delay) in delays.compactMap({ $0 }).enumerated() {
      let full = Duration.milliseconds(100) * (1 << attempt)
      #expect(delay >= full * 0.5 && delay <= full)
    }
  }
}
