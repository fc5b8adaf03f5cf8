/// The life of a bot as a value: events in, the next thing to do out.
///
/// A cycle leads from the destinations' check through an identity and a connection to one certificate for each output.
/// Whatever fails has a next step: the same cycle again after a pause, or the end.
///
/// - Guarantees: performs nothing, reads no clock and draws no random number; one step at a time; an output that
///   fails holds up no other; after a failure only the outputs that are still pending are issued again.
struct Lifecycle: Sendable {
  enum Step: Hashable, Sendable {
    /// Can all destinations be written? Asked until everything has been published once, before Teleport is asked for
    /// anything; later each output is looked at when it is issued, so that one holds up no other.
    case prepare
    /// Come by an identity to ask with: read it, renew it, or join.
    case authenticate
    case connect
    /// Create or correct what the bot needs in Teleport.
    case bootstrap
    case issue(output: Int)
    case publish(output: Int)
    /// Tell others that there are new certificates.
    case announce
  }

  enum State: Hashable, Sendable {
    case new
    case working(Step)
    /// All outputs are fresh.
    case waiting
    /// - Parameter failures: how many cycles have failed in a row.
    case backingOff(failures: Int)
    case ended
  }

  enum Event: Sendable {
    case started
    case completed(Step)
    case failed(Step, StepFailure)
    /// The pause is over.
    case due
    /// Somebody wants new certificates now.
    case renewalRequested
  }

  enum Action: Sendable {
    case perform(Step)
    case pause(Pause)
    case end(StepFailure)
  }

  enum Pause: Hashable, Sendable {
    case untilRenewal
    /// - Parameter isFirst: whether everybody is still waiting for the first certificate.
    case untilRetry(failures: Int, isFirst: Bool)
  }

  let outputCount: Int
  private(set) var state = State.new
  /// Outputs that the present cycle has not brought up to date.
  private(set) var pending: Set<Int> = []
  /// Outputs that have had a certificate at least once.
  private(set) var published: Set<Int> = []
  private var failures = 0
  private var failedOutputs: Set<Int> = []
  private var hasNews = false

  init(outputCount: Int) { self.outputCount = outputCount }

  var isPublished: Bool { published.count == outputCount }

  /// - Returns: what to do next; nil for an event that does not belong to the present state.
  mutating func handle(_ event: Event) -> Action? {
    switch (state, event) {
    case (.new, .started), (.waiting, .due), (.waiting, .renewalRequested):
      return begin(pending: Set(0..<outputCount))
    case (.backingOff, .due):
      return begin(pending: pending)
    case (.backingOff, .renewalRequested):
      return begin(pending: Set(0..<outputCount))
    case (.working(let step), .completed(let done)) where step == done:
      return completed(step)
    case (.working(let step), .failed(let failed, let failure)) where step == failed:
      return self.failed(step, failure)
    default:
      return nil
    }
  }

  private mutating func begin(pending: Set<Int>) -> Action {
    self.pending = pending
    failedOutputs = []
    hasNews = false
    return perform(isPublished ? .authenticate : .prepare)
  }

  private mutating func completed(_ step: Step) -> Action {
    switch step {
    case .prepare: return perform(.authenticate)
    case .authenticate: return perform(.connect)
    case .connect: return perform(.bootstrap)
    case .bootstrap: return nextOutput()
    case .issue(let output): return perform(.publish(output: output))
    case .publish(let output):
      pending.remove(output)
      published.insert(output)
      hasNews = true
      return nextOutput()
    case .announce: return finish()
    }
  }

  private mutating func failed(_ step: Step, _ failure: StepFailure) -> Action {
    if isEnded(by: failure) {
      state = .ended
      return .end(failure)
    }
    switch step {
    case .issue(let output), .publish(let output):
      if failure.concernsAllOutputs { return finishCycle() }
      failedOutputs.insert(output)
      return nextOutput()
    case .announce:
      // The certificates are there; that somebody could not be told does not make them worse.
      return finish()
    case .prepare, .authenticate, .connect, .bootstrap:
      return finish()
    }
  }

  /// Who has had certificates keeps on trying for them: what could be written once may be writable again.
  func isEnded(by failure: StepFailure) -> Bool {
    failure.remedy == .end || failure.remedy == .endUnlessPublished && !isPublished
  }

  private mutating func nextOutput() -> Action {
    guard let output = pending.subtracting(failedOutputs).min() else { return finishCycle() }
    return perform(.issue(output: output))
  }

  private mutating func finishCycle() -> Action {
    hasNews ? perform(.announce) : finish()
  }

  private mutating func finish() -> Action {
    guard pending.isEmpty else {
      failures += 1
      state = .backingOff(failures: failures)
      return .pause(.untilRetry(failures: failures, isFirst: !isPublished))
    }
    failures = 0
    state = .waiting
    return .pause(.untilRenewal)
  }

  private mutating func perform(_ step: Step) -> Action {
    state = .working(step)
    return .perform(step)
  }
}
