import Operations

// MARK: - Listing

extension ReflectorMachine {
  mutating func list(after token: String?) -> [Effect] {
    state = .listing(after: token)
    return [.list(after: token)]
  }

  mutating func pageCame(
    isFirst: Bool, version: String, next: String?, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard !version.isEmpty, version != "0" else {
      let error = KubernetesError(.malformedResponse, "the list has no resource version")
      return listFailed(error, after: nil, using: &random)
    }
    failures = 0
    absences = 0
    let announced: [Effect] = isFirst ? [.announceRestart, .deliver] : [.deliver]
    if let next { return announced + list(after: next) }
    return announced + [.announceSynced] + watch(from: version, using: &random)
  }

  mutating func listFailed(
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
  mutating func watch(
    from version: String, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    state = .watching(from: version, isOpen: false)
    let seconds = Int.random(in: policy.watchSeconds, using: &random)
    return [.watch(from: version, seconds: seconds)]
  }

  /// Whether an object is told of once more. A watch goes up from the version that it was given; a server that lags
  /// repeats what it told before, and what was so then must not be taken for the present. Versions that are no numbers
  /// are not compared.
  func isRepetition(_ version: String) -> Bool {
    guard case .watching(let reached, _) = state, let reached = UInt64(reached),
      let version = UInt64(version)
    else { return false }
    return version <= reached
  }

  mutating func lineCame(_ version: String) -> [Effect] {
    if !version.isEmpty { state = .watching(from: version, isOpen: true) }
    unsettled = 0
    return report(.live)
  }

  mutating func watchEnded(
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
    absences += 1
    return report(cause) + [.wait(policy.slowRetry.delay(attempt: absences, using: &random))]
  }

  /// Tells of a state once, until another one comes.
  mutating func report(_ next: ReflectorState) -> [Effect] {
    guard next != reported else { return [] }
    reported = next
    return [.report(next)]
  }
}
