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
    /// Between tries where somebody has to change something first.
    var slowRetry = Backoff(initial: .seconds(15), maximum: .seconds(15))
    var watchSeconds: ClosedRange<Int> = 300...600
    /// A watch that lasted this long was a good one.
    var settled: Duration = .seconds(5)
    /// After how many failures in a row to list anew instead of watching on.
    var failuresBeforeList = 3
  }

  let policy: Policy
  private(set) var state = State.new
  private var reported = ReflectorState.starting
  /// Lists and openings of watches that failed in a row.
  private var failures = 0
  /// Watches in a row that ended early and without a line.
  private var unsettled = 0

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

// MARK: - Listing

extension ReflectorMachine {
  private mutating func list(after token: String?) -> [Effect] {
    state = .listing(after: token)
    return [.list(after: token)]
  }

  private mutating func pageCame(
    isFirst: Bool, version: String, next: String?, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard !version.isEmpty, version != "0" else {
      let error = KubernetesError(.malformedResponse, "the list has no resource version")
      return listFailed(error, after: nil, using: &random)
    }
    failures = 0
    let announced: [Effect] = isFirst ? [.announceRestart, .deliver] : [.deliver]
    if let next { return announced + list(after: next) }
    return announced + [.announceSynced] + watch(from: version, using: &random)
  }

  private mutating func listFailed(
    _ error: KubernetesError, after token: String?, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    if let effects = waitForPeople(after: error, using: &random) { return effects }
    failures += 1
    // An expired token is no fault of anybody: the list begins again, at once the first time.
    if error.code == .gone, token != nil, failures == 1 { return list(after: nil) }
    let place = error.code == .gone ? nil : token
    return report(.retrying(error.code)) + wait(then: .list(after: place), using: &random)
  }
}

// MARK: - Watching

extension ReflectorMachine {
  private mutating func watch(
    from version: String, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    state = .watching(from: version, isOpen: false)
    let seconds = Int.random(in: policy.watchSeconds, using: &random)
    return [.watch(from: version, seconds: seconds)]
  }

  private mutating func lineCame(_ version: String) -> [Effect] {
    if !version.isEmpty { state = .watching(from: version, isOpen: true) }
    unsettled = 0
    return report(.live)
  }

  private mutating func watchEnded(
    _ outcome: WatchOutcome, at version: String, _ isOpen: Bool, _ lasted: Duration,
    using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard case .failed(let error) = outcome else {
      if lasted >= policy.settled { return watch(from: version, using: &random) }
      unsettled += 1
      return wait(then: .watch(from: version), using: &random)
    }
    if let effects = waitForPeople(after: error, using: &random) { return effects }
    if isOpen || error.code == .gone { unsettled += 1 } else { failures += 1 }
    if error.code == .gone, unsettled == 1, failures == 0 { return list(after: nil) }
    return report(.retrying(error.code))
      + wait(then: continuation(after: error, at: version), using: &random)
  }

  /// Where the server keeps refusing to go on from a version, another list may help.
  private func continuation(after error: KubernetesError, at version: String) -> Next {
    switch error.code {
    case .gone, .badRequest, .invalid, .malformedResponse: .list(after: nil)
    case _ where error.httpStatus != nil && max(failures, unsettled) >= policy.failuresBeforeList:
      .list(after: nil)
    default: .watch(from: version)
    }
  }
}

// MARK: - Waiting and reporting

extension ReflectorMachine {
  private mutating func wait(
    then next: Next, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    state = .waiting(next)
    let attempt = max(failures, unsettled, 1)
    return [.wait(policy.backoff.delay(attempt: attempt, using: &random))]
  }

  /// What only an administrator can cure is asked for again slowly.
  private mutating func waitForPeople(
    after error: KubernetesError, using random: inout some RandomNumberGenerator
  ) -> [Effect]? {
    let cause: ReflectorState
    switch error.code {
    case .notServed, .notFound: cause = .notServed
    case .forbidden: cause = .forbidden
    default: return nil
    }
    state = .waiting(.list(after: nil))
    return report(cause) + [.wait(policy.slowRetry.delay(attempt: 1, using: &random))]
  }

  /// Tells of a state once, until another one comes.
  private mutating func report(_ next: ReflectorState) -> [Effect] {
    guard next != reported else { return [] }
    reported = next
    return [.report(next)]
  }
}
