import FoundationEssentials
import Metrics

/// The bot's metrics, by the names that docs/tbot-lite.md lists.
enum BotMetrics {
  static func renewed(_ output: String, succeeded: Bool) {
    Counter(
      label: "tbot_lite_renewals_total",
      dimensions: [("output", output), ("result", succeeded ? "success" : "failure")]
    ).increment()
  }

  /// What depends on the time of the question.
  static func record(_ report: BotReport) {
    for output in report.outputs {
      let labels = [("output", output.name)]
      // Absent before the first certificate: a zero would look like 1970.
      guard let end = output.notAfter else { continue }
      Gauge(label: "tbot_lite_certificate_not_after_timestamp_seconds", dimensions: labels)
        .record(end.timeIntervalSince1970)
      Gauge(label: "tbot_lite_certificate_expiry_seconds", dimensions: labels)
        .record(end.timeIntervalSince(report.serverTime).rounded())
    }
    for phase in Phase.allCases {
      Gauge(label: "tbot_lite_phase", dimensions: [("phase", phase.label)])
        .record(phase == report.phase ? 1 : 0)
    }
    Gauge(label: "tbot_lite_clock_skew_seconds").record(report.clockSkew)
    Gauge(label: "tbot_lite_info", dimensions: [("version", Build.version)]).record(1)
  }
}
