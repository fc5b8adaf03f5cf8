import Operations

/// All metrics of `controller run`: the only place where their names, labels and meanings are written down.
///
/// docs/metrics.md, the dashboard and the alert rules in deploy/ are held to this list by a test.
enum ControllerMetrics {
  private static let namespace = "teleport_operator_"

  // MARK: - The process

  static let leader = gauge(
    "leader", help: "1 while this process holds the Lease and works, else 0.")
  static let certificateExpiry = gauge(
    "certificate_expiry_seconds",
    help:
      "Seconds until the certificate that Teleport is called with expires; negative once it has.")
  static let teleportReachable = gauge(
    "teleport_reachable",
    help:
      "1 while Teleport answers what the bot asks with its certificate, else 0. Ping does not count."
  )
  static let mirrorSynced = gauge(
    "mirror_synced", labels: ["kind", "side"],
    help:
      "1 while all resources of a kind are known and followed on a side, kubernetes or teleport.")

  // MARK: - Work

  static let queueDepth = gauge(
    "queue_depth", labels: ["lane"],
    help: "Custom resources that wait for a worker: fresh, because something changed, or resync.")
  static let queueOldestAge = gauge(
    "queue_oldest_age_seconds", labels: ["lane"],
    help: "How long the custom resource that has waited longest has been in the lane.")
  static let reconciles = counter(
    "reconciles_total", labels: ["kind", "result", "reason"],
    help: """
      Looks at a custom resource. The result is done, retry, look_again or error; the reason is that of the Ready \
      condition afterwards, or None.
      """)
  static let driftFound = counter(
    "drift_found_total", labels: ["kind"],
    help:
      "Changes that somebody made in Teleport to what is declared, whether put back or only reported."
  )
  static let driftCorrected = counter(
    "drift_corrected_total", labels: ["kind"],
    help: "Changes that somebody made in Teleport to what is declared and that were put back.")

  // MARK: - Resources

  static let resources = gauge(
    "resources", labels: ["kind", "ready", "reason"],
    help: """
      Custom resources by status (True, False, Unknown) and reason of the Ready condition, as the leader knows them; \
      reason NotLookedAt until its first look. 0 in processes that do not lead.
      """)
  static let unverified = gauge(
    "unverified_resources", labels: ["kind"],
    help:
      "Custom resources that have not been verified since this process began to lead. 0 in others.")
  static let oldestVerification = gauge(
    "oldest_verification_age_seconds",
    help: """
      How long ago the custom resource was verified whose verification is the oldest; one that never was counts from \
      when this process began to lead. 0 in processes that do not lead.
      """)
  static let deletionsHeld = gauge(
    "deletions_held", labels: ["kind"],
    help: "Deletions that the mass-deletion brake holds back until they are confirmed.")

  // MARK: - Calls

  static let teleportCalls = histogram(
    "teleport_call_duration_seconds", labels: ["method", "code"],
    help:
      "Calls to Teleport by gRPC method and outcome: OK, or why it failed. Event streams are not in it."
  )
  static let kubernetesCalls = histogram(
    "kubernetes_call_duration_seconds", labels: ["verb", "resource", "code"],
    help:
      "Calls to Kubernetes by verb, resource and outcome: OK, or why it failed. Watches are not in it."
  )

  static let all: [MetricDescription] = [
    leader, certificateExpiry, teleportReachable, mirrorSynced, queueDepth, queueOldestAge,
    reconciles, driftFound, driftCorrected, resources, unverified, oldestVerification,
    deletionsHeld, teleportCalls, kubernetesCalls,
  ]

  // MARK: -

  private static func gauge(
    _ name: String, labels: [String] = [], help: String
  ) -> MetricDescription {
    MetricDescription(namespace + name, .gauge, labels: labels, help: help)
  }

  private static func counter(
    _ name: String, labels: [String], help: String
  ) -> MetricDescription {
    MetricDescription(namespace + name, .counter, labels: labels, help: help)
  }

  private static func histogram(
    _ name: String, labels: [String], help: String
  ) -> MetricDescription {
    MetricDescription(namespace + name, .histogram, labels: labels, help: help)
  }
}
