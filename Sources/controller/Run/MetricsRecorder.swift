import Operations
import Synchronization

/// Puts what depends on the time of the question into the metrics.
final class MetricsRecorder: Sendable {
  private struct Series: Hashable {
    let kind: String
    let verdict: VerificationLedger.Verdict
  }

  /// What has been shown: a gauge that is not set again would keep its last number.
  private let shown = Mutex<Set<Series>>([])

  /// - Parameter kinds: custom resource kinds; their counters are there from the start, at 0.
  init(kinds: [String]) {
    for kind in kinds {
      ControllerMetrics.driftFound.start(kind)
      ControllerMetrics.driftCorrected.start(kind)
    }
  }

  func record(_ report: ControllerReport, at now: ContinuousClock.Instant = .now) {
    ControllerMetrics.leader.set(report.leading == nil ? 0 : 1)
    // Absent before the first certificate: a zero would look like one that has just expired.
    if let expiry = report.certificateExpiry { ControllerMetrics.certificateExpiry.set(expiry) }
    ControllerMetrics.teleportReachable.set(report.isTeleportReachable ? 1 : 0)
    for lane in Lane.allCases {
      let queue = report.waiting(in: lane)
      ControllerMetrics.queueDepth.set(Double(queue.depth), lane.label)
      ControllerMetrics.queueOldestAge.set(queue.oldestAge / .seconds(1), lane.label)
    }
    let age = report.oldestVerificationAge(at: now)
    ControllerMetrics.oldestVerification.set(age / .seconds(1))
    for (name, kind) in report.kinds { record(name, kind, report) }
  }

  private func record(_ name: String, _ kind: ControllerReport.Kind, _ report: ControllerReport) {
    ControllerMetrics.mirrorSynced.set(kind.isSyncedWithKubernetes ? 1 : 0, name, "kubernetes")
    ControllerMetrics.mirrorSynced.set(kind.isSyncedWithTeleport ? 1 : 0, name, "teleport")
    ControllerMetrics.unverified.set(Double(report.unverified(name)), name)
    let verdicts = report.leading == nil ? [:] : report.ledger.verdicts[name] ?? [:]
    let known = shown.withLock { shown in
      for verdict in verdicts.keys { shown.insert(Series(kind: name, verdict: verdict)) }
      return shown.filter { $0.kind == name }.map(\.verdict)
    }
    for verdict in known {
      ControllerMetrics.resources.set(
        Double(verdicts[verdict] ?? 0), name, verdict.ready.rawValue, verdict.reason.rawValue)
    }
    let looked = verdicts.values.reduce(0, +)
    ControllerMetrics.resources.set(
      Double(report.leading == nil ? 0 : max(0, kind.count - looked)), name,
      Condition.Status.unknown.rawValue, "NotLookedAt")
    let held = verdicts.filter { $0.key.reason == .deletionHeld }.values.reduce(0, +)
    ControllerMetrics.deletionsHeld.set(Double(held), name)
  }
}
