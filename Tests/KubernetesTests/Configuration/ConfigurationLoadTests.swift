import KubernetesSandbox
import Testing

@testable import Kubernetes

@Suite("where the configuration comes from")
struct ConfigurationLoadTests {
  private static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"
  private static let pod = [
    "KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443",
  ]

  private func config(_ context: String, server: String = "https://a") -> String {
    """
    current-context: \(context)
    contexts: [{name: \(context), context: {cluster: c}}]
    clusters: [{name: c, cluster: {server: "\(server)"}}]
    """
  }

  @Test func aNamedFileIsTheOnlyOne() throws {
    let files = FileAccess.memory(["/k": config("one"), "/other": config("two")])
    let found = try KubernetesConfiguration.load(
      kubeconfig: "/k", environment: ["KUBECONFIG": "/other"], files: files)
    #expect(found.source.contains("context one"))
    let error = #expect(throws: ConfigurationError.self) {
      try KubernetesConfiguration.load(
        kubeconfig: "/none", environment: ["KUBECONFIG": "/other"], files: files)
    }
    #expect(error?.code == .unreadable)
    #expect(error?.message.contains("/none") == true)
  }

  @Test func theFirstFileToNameSomethingWins() throws {
    let files = FileAccess.memory([
      "/a": config("one", server: "https://first"), "/b": config("two", server: "https://second"),
    ])
    let environment = ["KUBECONFIG": "/missing:/a:/b"]
    let first = try KubernetesConfiguration.load(environment: environment, files: files)
    #expect(first.source.contains("context one"))
    let second = try KubernetesConfiguration.load(
      context: "two", environment: environment, files: files)
    #expect(second.server == "https://first")
    #expect(second.source == "kubeconfig /b, context two")
    let error = #expect(throws: ConfigurationError.self) {
      try KubernetesConfiguration.load(environment: ["KUBECONFIG": "/x:/y"], files: files)
    }
    #expect(error?.message.contains("/x:/y") == true)
  }

  @Test func aPodUsesItsServiceAccount() async throws {
    let server = try await KubernetesSandbox.start()
    await server.shutdown()
    var files = ["\(Self.folder)/token": "t\n", "\(Self.folder)/ca.crt": server.caPEM]
    let plain = try KubernetesConfiguration.load(environment: Self.pod, files: .memory(files))
    #expect(plain.server == "https://10.0.0.1:443")
    #expect(plain.namespace == "default")
    #expect(plain.bearerToken == .file(path: "\(Self.folder)/token"))
    files["\(Self.folder)/namespace"] = "teleport\n"
    let placed = try KubernetesConfiguration.load(environment: Self.pod, files: .memory(files))
    #expect(placed.namespace == "teleport")
    let six = try KubernetesConfiguration.load(
      environment: ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"],
      files: .memory(files))
    #expect(six.server == "https://[fd00::1]:443")
  }

  @Test func aPodWithoutATokenIsToldWhatToDo() {
    let error = #expect(throws: ConfigurationError.self) {
      try KubernetesConfiguration.load(environment: Self.pod, files: .memory([:]))
    }
    #expect(error?.code == .unreadable)
    #expect(error?.message.contains("\(Self.folder)/token") == true)
    #expect(error?.remedy.contains("automountServiceAccountToken") == true)
  }

  @Test func theHomeFolderComesLast() throws {
    let files = FileAccess.memory(["/home/me/.kube/config": config("home")])
    let found = try KubernetesConfiguration.load(environment: ["HOME": "/home/me"], files: files)
    #expect(found.source.contains("context home"))
    // A context is a thing of a kubeconfig, also in a pod.
    var environment = Self.pod
    environment["HOME"] = "/home/me"
    let named = try KubernetesConfiguration.load(
      context: "home", environment: environment, files: files)
    #expect(named.source.contains("context home"))
    let error = #expect(throws: ConfigurationError.self) {
      try KubernetesConfiguration.load(environment: ["HOME": "/nowhere"], files: files)
    }
    #expect(error?.code == .notFound)
  }

  @Test func aFileThatCannotBeReadIsNamed() {
    let error = #expect(throws: ConfigurationError.self) {
      try KubernetesConfiguration.load(
        kubeconfig: "/k", environment: [:],
        files: FileAccess { _ in .failure(.unreadable("permission denied")) })
    }
    #expect(error?.message == "the kubeconfig /k: permission denied")
  }
}
