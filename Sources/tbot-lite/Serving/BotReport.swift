import FoundationEssentials

/// How the bot is, for health and metrics.
struct BotReport: Sendable {
  struct Output: Sendable {
    let name: String
    let notAfter: Date?
    let period: Duration
  }

  let phase: Phase
  let outputs: [Output]
  let serverTime: Date
  /// How far the server's clock is ahead of this machine's, in seconds.
  let clockSkew: Double
  let failure: StepFailure?

  /// Why the outputs do not serve their readers, or will not for long; empty when all is well.
  ///
  /// A certificate with less than a renewal's time left should have been renewed twice by then.
  var problems: [String] {
    outputs.compactMap { output in
      guard let end = output.notAfter else {
        return "\(output.name): no certificate yet: \(reason)"
      }
      let left = end.timeIntervalSince(serverTime)
      if left <= 0 { return "\(output.name): the published certificate has expired: \(reason)" }
      if left <= output.period / .seconds(1) {
        return "\(output.name): the published certificate ends in \(Int(left)) s: \(reason)"
      }
      return nil
    }
  }

  private var reason: String { failure?.description ?? phase.rawValue }
}

extension BotService {
  var report: BotReport {
    BotReport(
      phase: phase,
      outputs: outputs.map {
        .init(name: $0.name, notAfter: $0.certificate?.notAfter, period: $0.period)
      },
      serverTime: moment.serverTime, clockSkew: serverClock.offset, failure: failure)
  }
}
