import Kubernetes
import Logging
import Operations
import Synchronization

/// Holds the Lease, and tells the log and the metrics.
final class Leadership: Sendable {
  private let elector: LeaseElector
  private let leading: LeadingSince

  init(_ client: KubernetesClient, options: LeaseOptions, logger: Logger) {
    let leading = LeadingSince()
    ControllerMetrics.leader.set(0)
    elector = LeaseElector(
      client, options: options,
      stateChanged: { state in
        // A renewal that fails once leaves the lease held until it is lost.
        if case .failing = state {
        } else {
          let isLeading = state == .leading
          leading.value.withLock { $0 = isLeading ? $0 ?? .now : nil }
          ControllerMetrics.leader.set(isLeading ? 1 : 0)
        }
        logger.log(level: state.level, "lease: \(state.sentence)")
      })
    self.leading = leading
  }

  private final class LeadingSince: Sendable {
    let value = Mutex<ContinuousClock.Instant?>(nil)
  }

  /// Since when the Lease is held; nil while it is not.
  var since: ContinuousClock.Instant? { leading.value.withLock { $0 } }

  var isLeading: Bool { since != nil }

  var fence: LeaseFence { elector.fence }

  /// Runs `work` whenever the lease is held; see `LeaseElector.run`.
  func run(whileLeading work: @escaping @Sendable () async throws -> Void) async throws {
    try await elector.run(whileLeading: work)
  }
}

extension LeaseState {
  fileprivate var sentence: String {
    switch self {
    case .starting: "looking"
    case .standby(let holder): "standing by, held by \(holder)"
    case .leading: "held, working"
    case .lost: "lost, work stopped"
    case .released: "released"
    case .failing(let code): "cannot be read or written (\(code.rawValue))"
    }
  }

  fileprivate var level: Logger.Level {
    switch self {
    case .lost, .failing: .warning
    default: .info
    }
  }
}
