import FoundationEssentials
import Kubernetes
import KubernetesSandbox
import Operations
import Testing

/// A kube-apiserver that the contract is checked against: the stand-in always, and a real one where
/// `CONTRACT_KUBECONFIG` names its kubeconfig.
struct KubernetesTarget: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let isReal: Bool
  let configuration: @Sendable () async throws -> KubernetesConfiguration
  /// Makes the server forget the past; nil where only time does that.
  let compact: (@Sendable () async throws -> Void)?

  static let all: [KubernetesTarget] = [sandbox(shared)] + (real.map { [$0] } ?? [])
  /// For tests that make the server forget the past, which would disturb the others.
  static let forgetful: [KubernetesTarget] = [sandbox(other)] + (real.map { [$0] } ?? [])

  /// One stand-in for all tests, as there is one real server.
  private static let shared = Task { try await KubernetesSandbox.start() }
  private static let other = Task { try await KubernetesSandbox.start() }

  private static func sandbox(_ task: Task<KubernetesSandbox, any Error>) -> KubernetesTarget {
    KubernetesTarget(
      testDescription: "sandbox", isReal: false,
      configuration: {
        let server = try await task.value
        return KubernetesConfiguration(
          server: server.url, trust: .roots(pem: server.caPEM),
          bearerToken: .fixed(Secret(server.adminToken)), source: "sandbox")
      },
      compact: { await (try task.value).compact() })
  }

  private static var real: KubernetesTarget? {
    let environment = ProcessInfo.processInfo.environment
    guard let file = environment["CONTRACT_KUBECONFIG"], !file.isEmpty else { return nil }
    return KubernetesTarget(
      testDescription: "real server of \(file)", isReal: true,
      configuration: {
        try KubernetesConfiguration.load(kubeconfig: file, environment: environment)
      },
      compact: nil)
  }
}
