import Operations

/// Decides what a reflector does next. Performs nothing, reads no clock.
struct ReflectorMachine {
  enum State: Hashable {
    case new
    /// Waiting for the page that begins at the token, or for the first.
    case listing(after: String?)
    /// Watching; `isOpen` once the server has accepted it.
    case watching(from: String, isOpen: Bool)
    case waiting(Next)
  }

  enum Next: Hashable {
    case list(after: String?)
    case watch(from: String)
  }

  enum Input {
    case start
    case page(resourceVersion: String, next: String?)
    case listFailed(KubernetesError)
    case watchOpened
    /// A change that was handed on, or a bookmark.
    case line(resourceVersion: String)
    case watchEnded(WatchOutcome, lasted: Duration)
    case waited
  }

  enum WatchOutcome {
    case ended
    case failed(KubernetesError)
  }

  enum Effect: Hashable {
    // Told to whoever listens.
    case announceRestart
    case announceSynced
    /// Hand on the page that came in.
    case deliver
    case report(ReflectorState)
    // Done next; at most one, and the last.
    case list(after: String?)
    case watch(from: String, seconds: Int)
    case wait(Duration)
  }

  struct Policy: Hashable, Sendable {
    var backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(30), jitter: 0.5)
    /// Between tries where somebody has to change something first: slow enough to cost nothing, and yet a CRD that
    /// is installed later is found within ten seconds.
    var slowRetry = Backoff(initial: .seconds(1), maximum: .seconds(10), jitter: 0.3)
    var watchSeconds: ClosedRange<Int> = 300...600
    /// A watch that lasted this long was a good one.
    var settled: Duration = .seconds(5)
    /// After how many failures in a row to list anew instead of watching on.
    var failuresBeforeList = 3
  }

  let policy: Policy
  var state = State.new
  var reported = ReflectorState.starting
  /// Lists and openings of watches that failed in a row.
  var failures = 0
  /// How often in a row the CRD or the right was missing.
  var absences = 0
  /// Watches in a row that ended early and without a line.
  var unsettled = 0

  init(policy: Policy) { self.policy = policy }

  mutating func step(
    _ input: Input, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    switch (state, input) {
    case (.new, .start): return list(after: nil)
    case (.listing(let token), .page(let version, let next)):
      return pageCame(isFirst: token == nil, version: version, next: next, using: &random)
    case (.listing(let token), .listFailed(let error)):
      return listFailed(error, after: token, using: &random)
    case (.watching(let version, _), .watchOpened):
      state = .watching(from: version, isOpen: true)
      failures = 0
      return unsettled <= 1 ? report(.live) : []
    case (.watching, .line(let version)): return lineCame(version)
    case (.watching(let version, let isOpen), .watchEnded(let outcome, let lasted)):
      if lasted >= policy.settled, isOpen { unsettled = 0 }
      return watchEnded(outcome, at: version, isOpen, lasted, using: &random)
    case (.waiting(.list(let token)), .waited): return list(after: token)
    case (.waiting(.watch(let version)), .waited): return watch(from: version, using: &random)
    // Late or impossible input changes nothing.
    default: return []
    }
  }
}
