import Credentials
import Documents
import Foundation
import Kubernetes
import KubernetesSandbox
import Operations
import Processes
import TeleportClient
import TeleportSandbox
import TeleportSchema

/// Both stand-ins in this process, an identity from tbot-lite, and controllers as processes of their own.
struct ControllerStage: Sendable {
  let teleport: TeleportSandbox
  let kubernetes: KubernetesSandbox
  /// As any client has it: over the network.
  let client: KubernetesClient
  /// As the bot, which is how the controller has it.
  let connection: AuthConnection
  let directory: String
  private let binaries: String

  /// What every call takes on both sides, besides the work.
  static let latency: Duration = .milliseconds(5)

  static func start(binaries: String) async throws -> ControllerStage {
    var teleportOptions = TeleportSandbox.Options(major: 18)
    teleportOptions.keepsRequests = false
    let teleport = try await TeleportSandbox.start(options: teleportOptions)
    var kubernetesOptions = KubernetesSandbox.Options()
    kubernetesOptions.keepsRequests = false
    kubernetesOptions.historyWindow = 20_000
    let kubernetes = try await KubernetesSandbox.start(options: kubernetesOptions)
    for definition in try CustomResourceDefinition.all() { try await kubernetes.put(definition) }
    let directory = teleport.dataDirectory
    try kubernetes.writeKubeconfig(to: directory + "/kubeconfig")
    let connection = try await publishIdentity(of: teleport, binaries)
    let client = try KubernetesClient(
      KubernetesConfiguration(
        server: kubernetes.url, trust: .roots(pem: kubernetes.caPEM),
        bearerToken: .fixed(Secret(kubernetes.adminToken))))
    return ControllerStage(
      teleport: teleport, kubernetes: kubernetes, client: client, connection: connection,
      directory: directory, binaries: binaries)
  }

  private static func publishIdentity(
    of teleport: TeleportSandbox, _ binaries: String
  ) async throws -> AuthConnection {
    let directory = teleport.dataDirectory
    let bot = try ChildProcess(
      binaries + "/tbot-lite",
      [
        "start", "--teleport-data-dir", directory, "--auth-server", teleport.address,
        "--destination", directory + "/identity", "--oneshot",
      ], name: "tbot-lite", logFile: directory + "/bot.log")
    guard await bot.waitForEnd() == 0, let address = AuthAddress(teleport.address) else {
      throw BenchFailure("no identity: \(bot.logLines(containing: "").suffix(3))")
    }
    let identity = try PublishedDirectory(path: directory + "/identity").read().identity
    return try await AuthConnection.open(address, as: identity)
  }

  func end() async {
    connection.drain()
    await client.shutdown()
    await kubernetes.shutdown()
    await teleport.shutdown()
  }

  /// Starts one more controller.
  func startController(_ name: String, syncPeriod: String = "10h") throws -> RunningController {
    let metrics = try freePort()
    let health = try freePort()
    let process = try ChildProcess(
      binaries + "/controller",
      [
        "run", "--kubeconfig", directory + "/kubeconfig", "--namespace", "default",
        "--auth-server", teleport.address, "--identity-dir", directory + "/identity",
        "--sync-period", syncPeriod, "--metrics-bind-address", "127.0.0.1:\(metrics)",
        "--health-probe-bind-address", "127.0.0.1:\(health)",
      ], name: name, logFile: "\(directory)/\(name).log")
    return RunningController(process: process, metricsPort: metrics, healthPort: health)
  }

  // MARK: - What clients do

  func setLatency(_ latency: Duration) async {
    await teleport.faults.setLatency(latency)
    await kubernetes.faults.setLatency(latency)
  }

  /// Calls that change anything, on both sides, by operation. The Lease is renewed all the time and does not count, nor
  /// do questions about rights, which are asked by POST.
  func writes() async -> [String: Int] {
    let kubernetes = await kubernetes.faults.counts.filter { operation, _ in
      let words = operation.split(separator: " ")
      let isQuestion = words.last?.hasSuffix("reviews") ?? false
      return ["POST", "PUT", "PATCH", "APPLY", "DELETE"].contains(words.first ?? "")
        && words.last != "leases" && !isQuestion
    }
    let teleport = await teleport.faults.counts.filter { operation, _ in
      let method = operation.split(separator: "/").last ?? ""
      return ["Create", "Update", "Upsert", "Delete"].contains { method.hasPrefix($0) }
    }
    return kubernetes.merging(teleport) { $0 + $1 }
  }

  /// Returns when that many roles have been verified.
  func waitUntilReady(_ count: Int) async throws {
    while true {
      let roles = try await kubernetes.list(SampleRole.plural)
      let pending = count - roles.count(where: \.isReady)
      if pending <= 0 { return }
      // Each needs a status patch: thousands of objects are looked at only when that many have begun, or it takes long.
      let enough = await statusPatches() + pending
      let deadline = ContinuousClock.now + .milliseconds(pending)
      repeat {
        try await Task.sleep(for: .milliseconds(5))
      } while await statusPatches() < enough && ContinuousClock.now < deadline
    }
  }

  private func statusPatches() async -> Int {
    await kubernetes.faults.counts["PATCH \(SampleRole.plural)/status"] ?? 0
  }
}

struct BenchFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension JSONValue {
  /// Whether it has been verified as it is now.
  fileprivate var isReady: Bool {
    let ready = self[["status", "conditions"]]?.array?.first { $0["type"]?.string == "Ready" }
    return ready?["status"]?.string == "True"
      && ready?["observedGeneration"] == self[["metadata", "generation"]]
  }
}
