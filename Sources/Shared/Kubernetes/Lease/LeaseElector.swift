import FoundationEssentials
import Operations

/// Lets one process of several do the work, by a Lease as Kubernetes' own controllers use it.
///
/// Guarantees: the work runs only while the lease is held; when it is lost the work is cancelled before another
/// process can begin. `fence` tells at any time for how long the lease is surely held. At the end the lease is
/// given back, so that another takes over within its retry period.
/// Assumption: monotonic clocks of different machines run at the same rate, within `LeaseOptions.margin`.
public struct LeaseElector: Sendable {
  public let options: LeaseOptions
  public let fence: LeaseFence

  private let client: KubernetesClient
  private let keeper: LeaseKeeper
  private let reporter: LeaseReporter
  private let releaseLimit: Duration = .seconds(3)

  /// - Parameters:
  ///   - wallClock: Only for the times that people read in the Lease.
  ///   - stateChanged: Told of each change of state, once. It must not block.
  public init(
    _ client: KubernetesClient, options: LeaseOptions,
    wallClock: @escaping @Sendable () -> Date = { Date() },
    stateChanged: @escaping @Sendable (LeaseState) -> Void = { _ in }
  ) {
    self.client = client
    self.options = options
    fence = LeaseFence(clock: client.clock)
    keeper = LeaseKeeper(client, options: options, fence: fence, wallClock: wallClock)
    reporter = LeaseReporter(stateChanged)
  }

  /// Waits for the lease and runs `work` while it is held; waits again when it is lost.
  ///
  /// Ends when `work` returns or throws, or when the task is cancelled: `work` is then cancelled, waited for, and
  /// the lease is given back. Nothing is renewed meanwhile, so that `fence` sets the time
  /// for what `work` still does after it was cancelled.
  public func run(whileLeading work: @escaping @Sendable () async throws -> Void) async throws {
    do {
      while true {
        try await acquire()
        if try await lead(work) { break }
      }
    } catch {
      await release()
      throw error
    }
    await release()
  }
}

// MARK: - Steps

extension LeaseElector {
  /// The part of a lease that is left over when its holder has failed to renew it and stops its work.
  private var reserve: Duration { options.duration - options.margin - options.renewDeadline }

  private func acquire() async throws {
    let pause = Backoff(initial: options.retryPeriod, maximum: options.retryPeriod, jitter: 0.2)
    let backoff = Backoff(initial: options.retryPeriod, maximum: options.duration, jitter: 0.2)
    var failures = 0
    while true {
      do {
        switch try await keeper.attempt(limit: options.renewDeadline) {
        case .held:
          // An answer that took very long leaves nothing to begin with.
          if fence.remaining > reserve {
            reporter.report(.leading)
            return
          }
        case .heldBy(let holder, _):
          reporter.report(.standby(holder: holder))
        }
        failures = 0
      } catch let error as KubernetesError {
        failures += 1
        reporter.report(.failing(error.code))
      }
      let delay = client.randomness.use {
        failures == 0
          ? pause.delay(attempt: 1, using: &$0) : backoff.delay(attempt: failures, using: &$0)
      }
      try await client.clock.sleep(for: delay)
    }
  }

  /// - Returns: Whether the work ended of itself; false when the lease was lost.
  private func lead(_ work: @escaping @Sendable () async throws -> Void) async throws -> Bool {
    let isDone = try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await work()
        return true
      }
      group.addTask {
        try await renewUntilLost()
        fence.drop()
        return false
      }
      let isDone = try await group.next() ?? false
      group.cancelAll()
      // What cancelled work throws is no failure; the wait is for it to end.
      while let result = await group.nextResult() { _ = result }
      return isDone
    }
    if !isDone { reporter.report(.lost) }
    return isDone
  }

  /// Renews the lease again and again. Returns when it is lost.
  private func renewUntilLost() async throws {
    let pause = Backoff(initial: options.retryPeriod, maximum: options.retryPeriod, jitter: 0.2)
    while true {
      let delay = client.randomness.use { pause.delay(attempt: 1, using: &$0) }
      try await client.clock.sleep(for: delay)
      let rest = fence.remaining - reserve
      guard rest > .zero else { return }
      do {
        guard try await keeper.attempt(limit: rest) == .held else { return }
        reporter.report(.leading)
      } catch let error as KubernetesError {
        reporter.report(.failing(error.code))
      }
    }
  }

  private func release() async {
    fence.drop()
    // A task of its own: the one that ends here is most often cancelled, and its calls would fail at once.
    let keeper = keeper
    let limit = releaseLimit
    let isReleased = await Task { (try? await keeper.release(limit: limit)) != nil }.value
    if isReleased { reporter.report(.released) }
  }
}
