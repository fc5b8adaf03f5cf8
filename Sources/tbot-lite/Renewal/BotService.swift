import Credentials
import FoundationEssentials
import Logging
import Metrics
import Operations
import ServiceLifecycle

/// Renews until it is told to stop.
actor BotService: Service {
  nonisolated let logger: Logger
  private let settings: Settings
  private let schedule: RenewalSchedule
  private let log: StateLog
  private let now: @Sendable () -> Date
  private let clock: any Clock<Duration>

  private(set) var phase = Phase.readingIdentity
  private(set) var published: CertificateFacts?
  private var failures = 0

  init(
    settings: Settings, logger: Logger, now: @escaping @Sendable () -> Date = { Date() },
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.settings = settings
    self.logger = logger
    self.now = now
    self.clock = clock
    schedule = RenewalSchedule(interval: settings.renewalInterval)
    log = StateLog(logger)
  }

  func run() async throws {
    logger.info(
      "starting",
      metadata: [
        "auth-server": "\(settings.authServer)", "data-dir": "\(settings.dataDirectory)",
        "destination": "\(settings.destination)", "bot": "\(settings.botName)",
      ])
    try await cancelWhenGracefulShutdown { try await self.renewForever() }
    logger.info("stopped")
  }

  /// One certificate, for `--oneshot`: tries again while time may help, but not for long.
  func renewOnceWaiting() async throws(RenewalFailure) {
    var generator = SystemRandomNumberGenerator()
    let elapsed = clock.measuringNow()
    while true {
      do throws(RenewalFailure) {
        return try await renewOnce()
      } catch {
        failures += 1
        if error.isTerminal || elapsed() > Self.oneshotPatience || Task.isCancelled { throw error }
        let delay = schedule.delay(
          afterFailures: failures, hasCertificate: false, using: &generator)
        try? await clock.sleep(for: delay)
      }
    }
  }

  /// An auth service that has just started needs a few seconds; a job that asks for one certificate wants to know.
  private static let oneshotPatience: Duration = .seconds(15)

  private func renewOnce() async throws(RenewalFailure) {
    let start = clock.measuringNow()
    do {
      let identity = try await Renewal(settings: settings) { await self.enter($0) }.run(now: now())
      succeeded(identity, took: start())
    } catch {
      Counter(label: "tbot_lite_renewals_total", dimensions: [("result", "failure")]).increment()
      throw error
    }
  }

  private func renewForever() async throws {
    var generator = SystemRandomNumberGenerator()
    while !Task.isCancelled {
      let delay: Duration
      do throws(RenewalFailure) {
        try await renewOnce()
        failures = 0
        delay = schedule.delay(
          notAfter: published?.notAfter ?? now(), now: now(), using: &generator)
      } catch {
        if Task.isCancelled { return }
        if error.isTerminal { throw error }
        failures += 1
        // The same trouble a hundred times is one line.
        log.record(
          "renewal", error.description, published == nil ? .notice : .warning,
          published == nil ? "not ready yet, trying again" : "cannot renew, trying again",
          metadata: ["phase": "\(error.phase.rawValue)", "reason": "\(error.reason)"])
        delay = schedule.delay(
          afterFailures: failures, hasCertificate: published != nil, using: &generator)
      }
      try? await clock.sleep(for: delay)
    }
  }

  private func enter(_ phase: Phase) {
    self.phase = phase
    logger.debug("phase", metadata: ["phase": "\(phase.rawValue)"])
  }

  private func succeeded(_ identity: TLSIdentity, took duration: Duration) {
    let certificate = identity.certificate
    published = certificate
    phase = .waiting
    Counter(label: "tbot_lite_renewals_total", dimensions: [("result", "success")]).increment()
    Gauge(label: "tbot_lite_certificate_not_after_timestamp_seconds")
      .record(certificate.notAfter.timeIntervalSince1970)
    log.forget("renewal")
    logger.info(
      "published",
      metadata: [
        "user": "\(certificate.commonName ?? "")",
        "roles": "\(certificate.organizations.joined(separator: ","))",
        "valid-until": "\(certificate.notAfter.formatted(Date.ISO8601FormatStyle()))",
        "took": "\(duration)",
      ])
  }

  /// Why the directory does not serve its readers; empty when it does.
  func problems() -> [String] {
    guard let published else { return ["no certificate yet: \(phase.rawValue)"] }
    if published.notAfter <= now() { return ["the published certificate has expired"] }
    return []
  }
}

extension Clock where Duration == Swift.Duration {
  /// A stopwatch that has just been started.
  fileprivate func measuringNow() -> () -> Duration {
    let start = now
    return { start.duration(to: self.now) }
  }
}
