import Kubernetes
import Logging
import Operations

/// What tells this Kubernetes cluster from others: the UID of a namespace that every cluster has and nobody recreates.
struct ClusterIdentity: Sendable {
  let client: KubernetesClient
  let logger: Logger
  private static let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(30))

  /// The UID; nil where the service account may not read it, which is said once.
  ///
  /// Tries until there is an answer: to sign as nobody for lack of one would look like another owner.
  func read() async throws -> String? {
    var failures = 0
    while true {
      do {
        return try await client.get(.namespaces, ObjectKey("kube-system")).metadata.uid
      } catch let error as KubernetesError {
        if [.forbidden, .notFound].contains(error.code) {
          logger.warning(
            "resources are not signed with this cluster's identity, so that another cluster's are not told apart",
            metadata: [
              "reason": "\(error.code.rawValue)",
              "way-out": "allow get on the namespace kube-system, or set --cluster-id",
            ])
          return nil
        }
        failures += 1
        if failures == 1 {
          logger.notice(
            "waiting for Kubernetes", metadata: ["reason": "\(error.code.rawValue)"])
        }
        try await Task.sleep(for: Self.backoff.delay(attempt: failures))
      }
    }
  }
}
