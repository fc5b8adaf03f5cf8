import Credentials
import FoundationEssentials
import Logging
import Operations
import ServiceLifecycle
import TeleportClient

/// Lives a bot's life: does what `Lifecycle` says, one thing at a time, until it is told to stop.
actor BotService: Service {
  nonisolated let logger: Logger
  nonisolated let requests = RenewalRequests()
  nonisolated let settings: Settings
  nonisolated let server: ServerRoute
  nonisolated let source: any IdentitySource
  /// Says once that a connection has been made: from then on there is an identity.
  nonisolated let connected = AsyncStream.makeStream(of: Void.self)
  let deliveries: [any Delivery]
  let log: StateLog
  let schedule: RenewalSchedule
  nonisolated let now: @Sendable () -> Date
  private let clock: any Clock<Duration>

  var lifecycle: Lifecycle
  var cycle = Cycle()
  var serverClock = ServerClock()
  var outputs: [OutputState]
  /// What has failed last; nil after a cycle without a failure.
  var failure: StepFailure?
  /// The CAs that the server showed last.
  var lastAuthorities: TrustedAuthorities?
  /// Identities from before are to be renewed, by the server's clock: a CA has changed, or somebody has asked.
  var renewedSince: Date?

  init(
    settings: Settings, source: any IdentitySource, deliveries: [any Delivery], logger: Logger,
    now: @escaping @Sendable () -> Date = { Date() },
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.settings = settings
    server = ServerRoute(settings)
    self.source = source
    self.deliveries = deliveries
    self.logger = logger
    self.now = now
    self.clock = clock
    log = StateLog(logger)
    schedule = RenewalSchedule(interval: settings.renewalInterval)
    lifecycle = Lifecycle(outputCount: deliveries.count)
    outputs = settings.outputs.map { OutputState(name: $0.name) }
  }

  func run() async throws {
    logger.info(
      "starting",
      metadata: [
        (settings.isProxy ? "proxy-server" : "auth-server"): "\(settings.authServer)",
        "join-method": "\(settings.joining.methodName)",
        "outputs": "\(settings.outputs.map(\.name).joined(separator: ","))",
      ])
    try await cancelWhenGracefulShutdown { try await self.live { _ in true } }
    logger.info("stopped")
  }

  /// One certificate for each output, for `--oneshot`: tries again while time may help, but not for long.
  func renewOnce() async throws {
    let start = now()
    try await live { pause in
      if pause == .untilRenewal { return false }
      if self.now().timeIntervalSince(start) < Self.oneshotPatience { return true }
      throw self.failure ?? StepFailure(phase: self.phase, reason: "took too long")
    }
  }

  /// In seconds. An auth service that has just started needs a few; a job that asks for one certificate wants to know.
  private static let oneshotPatience: TimeInterval = 15

  var phase: Phase { lifecycle.state.phase }

  /// - Parameter goesOn: asked before each pause.
  private func live(while goesOn: (Lifecycle.Pause) throws -> Bool) async throws {
    var action = lifecycle.handle(.started)
    while !Task.isCancelled, let next = action {
      switch next {
      case .perform(let step):
        action = lifecycle.handle(await perform(step))
      case .pause(let pause):
        await endCycle(pause)
        guard try goesOn(pause), let event = await wait(for: pause) else { return }
        action = lifecycle.handle(event)
      case .end(let failure):
        await endCycle(nil)
        throw failure
      }
    }
  }

  /// - Returns: what ended the pause; nil when this task has been cancelled.
  private func wait(for pause: Lifecycle.Pause) async -> Lifecycle.Event? {
    var generator = SystemRandomNumberGenerator()
    let delay =
      switch pause {
      case .untilRenewal:
        schedule.delay(period: outputs.map(\.period).min() ?? .zero, using: &generator)
      case .untilRetry(let failures, let isFirst):
        schedule.delay(afterFailures: failures, isFirst: isFirst, using: &generator)
      }
    let reason = await withTaskGroup(of: RenewalRequests.Reason?.self) { [clock, requests] group in
      group.addTask {
        try? await clock.sleep(for: delay)
        return nil
      }
      group.addTask { await requests.next() }
      let first = await group.next() ?? nil
      group.cancelAll()
      // Both may have happened at once.
      let second = await group.next() ?? nil
      return first ?? second
    }
    if Task.isCancelled { return nil }
    guard let reason else { return .due }
    logger.info("renewing early", metadata: ["reason": "\(reason.rawValue)"])
    renewedSince = moment.serverTime
    return .renewalRequested
  }

  /// What is known of time now.
  var moment: Moment { Moment(local: now(), server: serverClock) }
}
