import Credentials
import FoundationEssentials
import Logging
import Metrics
import Operations
import TeleportClient

// What each step of the life cycle does. All of them can be repeated.

extension BotService {
  func perform(_ step: Lifecycle.Step) async -> Lifecycle.Event {
    logger.debug("phase", metadata: ["phase": "\(step.phase.rawValue)"])
    do {
      switch step {
      case .prepare: try await prepare()
      case .authenticate:
        cycle.identity = try await source.authenticate(at: moment, renewedSince: renewedSince)
        tellIdentity()
      case .connect: try await connect()
      case .bootstrap: try await source.bootstrap(connection())
      case .issue(let output): try await issue(output)
      case .publish(let output): try await publish(output)
      case .announce: await announce()
      }
      return .completed(step)
    } catch {
      let refusal = (error as? TeleportError).flatMap { source.refused($0) }
      let failure = refusal ?? StepFailure(error, in: step)
      self.failure = failure
      if !Task.isCancelled { tell(failure, step) }
      return .failed(step, failure)
    }
  }

  private func prepare() async throws {
    try await source.prepare()
    for delivery in deliveries {
      do { try await delivery.prepare() } catch {
        // What time may cure is met again when its turn comes, and holds up no other output.
        if StepFailure(error, in: .prepare).remedy != .tryAgain { throw error }
      }
    }
  }

  private func connect() async throws {
    guard let identity = cycle.identity else { throw CancellationError() }
    let connection = try await AuthConnection.open(server.address(), as: identity.tls)
    cycle.connection = connection
    let authorities = try await TrustedAuthorities(connection, identity: identity)
    cycle.authorities = authorities
    source.learned(authorities)
    lastAuthorities = authorities
    connected.continuation.finish()
  }

  private func connection() throws -> AuthConnection {
    guard let connection = cycle.connection else { throw CancellationError() }
    return connection
  }

  private func issue(_ index: Int) async throws {
    guard let identity = cycle.identity, let authorities = cycle.authorities else {
      throw CancellationError()
    }
    let connection = try connection()
    // Looked at again, so that no certificate is issued that cannot be kept.
    try await deliveries[index].prepare()
    let output = settings.outputs[index]
    let algorithm = KeyPair.Algorithm(teleportMajor: connection.server.major)
    let keyPair = try await onBlockingThread { try KeyPair.generate(algorithm) }
    let roles = identity.requestsRoles ? try await roles(of: output, identity, connection) : nil
    let asked = now()
    let lifetime = TimeInterval(output.certificateTTL.components.seconds)
    let certificates = try await connection.issue(
      CertificateRequest(
        user: identity.user, keyPair: keyPair,
        notAfter: serverClock.serverTime(at: asked).addingTimeInterval(lifetime),
        sshHostCAs: authorities.sshHostCAs, roleRequests: roles))
    cycle.issued = authorities.complete(certificates)
    let facts = try CertificateFacts(
      pem: certificates.certificatePEM, source: "the auth service's reply")
    serverClock.observe(notBefore: facts.notBefore, asked: asked, received: now())
    tellClock()
  }

  /// All that the bot may ask for, unless the output names some.
  private func roles(
    of output: Output, _ identity: BotIdentity, _ connection: AuthConnection
  ) async throws -> [String] {
    if let roles = output.roles { return roles }
    return try await BotRole.rolesToRequest(of: identity, connection)
  }

  private func publish(_ index: Int) async throws {
    guard let issued = cycle.issued else { throw CancellationError() }
    cycle.issued = nil
    let identity = try TLSIdentity(
      certificatePEM: issued.certificatePEM, keyPEM: issued.keyPair.privateKeyPEM,
      trustedCAPEMs: issued.hostCAPEMs, source: "the auth service's reply")
    try identity.checkValidity(at: moment.serverTime)
    try await deliveries[index].deliver(issued, generation: generationName(identity))
    succeeded(index, identity.certificate)
  }

  /// Sorts by time; the fingerprint tells two of the same second apart.
  private func generationName(_ identity: TLSIdentity) -> String {
    let time = now().formatted(Date.ISO8601FormatStyle()).replacing(":", with: "-")
    return "\(time)-\(identity.certificate.fingerprint.prefix(8))"
  }

  private func succeeded(_ index: Int, _ certificate: CertificateFacts) {
    let isFirst = outputs[index].certificate == nil
    outputs[index].certificate = certificate
    outputs[index].period = schedule.period(
      notAfter: certificate.notAfter, serverNow: moment.serverTime)
    cycle.published.append(outputs[index].name)
    BotMetrics.renewed(outputs[index].name, succeeded: true)
    // A renewal that goes well changes nothing that anybody has to know.
    logger.log(
      level: isFirst ? .info : .debug, "published",
      metadata: [
        "output": "\(outputs[index].name)", "user": "\(certificate.commonName ?? "")",
        "roles": "\(certificate.organizations.joined(separator: ","))",
        "valid-until": "\(certificate.notAfter.formatted(Date.ISO8601FormatStyle()))",
      ])
  }

  private func announce() async {
    guard !settings.onRenew.isEmpty else { return }
    let command = RenewalCommand(arguments: settings.onRenew)
    do {
      try await command.run(environment: [
        "TELEPORT_OUTPUTS": cycle.published.joined(separator: ",")
      ])
      if log.forget("on-renew") { logger.info("--on-renew succeeds again") }
    } catch {
      log.record("on-renew", "\(error)", .warning, "--on-renew failed: \(error)")
    }
  }

  /// - Parameter pause: what follows; nil at the end.
  func endCycle(_ pause: Lifecycle.Pause?) async {
    let connection = cycle.connection
    cycle = Cycle()
    connection?.drain()
    guard pause == .untilRenewal else { return }
    await connection?.close()
    // Half an hour of waiting needs next to none of it.
    ResidentCode.release()
    failure = nil
    renewedSince = nil
    let subjects = outputs.indices.map { "renewal \($0)" } + ["renewal"]
    if subjects.map(log.forget).contains(true) { logger.info("all certificates are fresh again") }
  }

  // MARK: - Telling

  private func tell(_ failure: StepFailure, _ step: Lifecycle.Step) {
    // Whoever ends says why at the end.
    if lifecycle.isEnded(by: failure) { return }
    var metadata: Logger.Metadata = [
      "phase": "\(failure.phase.rawValue)", "reason": "\(failure.reason)",
    ]
    var subject = "renewal"
    switch step {
    case .issue(let output), .publish(let output):
      metadata["output"] = "\(outputs[output].name)"
      subject += " \(output)"
      BotMetrics.renewed(outputs[output].name, succeeded: false)
    default:
      for output in lifecycle.pending { BotMetrics.renewed(outputs[output].name, succeeded: false) }
    }
    // The same trouble a hundred times is one line.
    log.record(
      subject, failure.description, lifecycle.isPublished ? .warning : .notice,
      lifecycle.isPublished ? "cannot renew, trying again" : "not ready yet, trying again",
      metadata: metadata)
  }

  private func tellIdentity() {
    guard let warning = cycle.identity?.warning else {
      log.forget("identity")
      return
    }
    log.record("identity", warning, .error, warning)
  }

  private func tellClock() {
    guard abs(serverClock.offset) >= ServerClock.notable else {
      if log.forget("clock") { logger.info("the clocks agree again") }
      return
    }
    let seconds = Int(abs(serverClock.offset))
    let direction = serverClock.offset > 0 ? "behind" : "ahead of"
    log.record(
      "clock", direction, .warning,
      "this machine's clock is \(seconds) s \(direction) the auth service's; renewals allow for it")
  }
}
