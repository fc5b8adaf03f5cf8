import ArgumentParser
import Foundation
import Kubernetes
import UnixSignals

@main
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Shows the whole way from a manifest in Kubernetes to a role in Teleport.",
    discussion: """
      Starts the sandbox (stand-ins for Teleport and Kubernetes), tbot-lite and the controller as processes of their \
      own, and walks through create, update, refusal, renewal, drift and delete. With --kubeconfig, \
      --teleport-data-dir and --teleport-auth it does the same with real servers, in a namespace and with a bot of its \
      own, and removes what it made. Ends with 0 only if every step happened.
      """)

  @Option(help: "A real cluster's kubeconfig.")
  var kubeconfig: String?

  @Option(help: "A real auth service's data directory.")
  var teleportDataDir: String?

  @Option(help: "host:port of that auth service.")
  var teleportAuth: String?

  @Option(help: "The major version that the sandbox's auth service plays: 11, 14 or 18.")
  var teleportMajor = 18

  @Option(help: "Where files and logs go. (default: a new temporary directory)")
  var directory: String?

  @Flag(help: "Start everything and leave it running until Ctrl-C, without the tour.")
  var up = false

  @Flag(help: "Do not use kubectl even if it is there.")
  var withoutKubectl = false

  func validate() throws {
    let real = [kubeconfig, teleportDataDir, teleportAuth].compactMap { $0 }
    guard real.isEmpty || real.count == 3 else {
      throw ValidationError(
        "real servers need all three: --kubeconfig, --teleport-data-dir and --teleport-auth")
    }
  }

  func run() async throws {
    let narrator = Narrator()
    let stage = Stage(
      directory: directory ?? NSTemporaryDirectory() + "teleport-demo-\(getpid())",
      narrator: narrator)
    do {
      let servers = try await servers(on: stage)
      let configuration = try KubernetesConfiguration.load(
        kubeconfig: servers.kubeconfig, environment: [:])
      try await KubernetesClient.with(configuration) { client in
        let cluster = Cluster(
          client: client, kubeconfig: servers.kubeconfig,
          kubectl: withoutKubectl ? nil : Kubectl.find())
        let teleport = try await TeleportView.open(servers)
        let tour = Tour(
          stage: stage, servers: servers, cluster: cluster, teleport: teleport, narrator: narrator)
        do {
          try await untilInterrupted { try await up ? tour.stayUp() : tour.run() }
        } catch {
          stage.showLogs()
          // While the clients still work.
          await stage.strike()
          throw error
        }
        await stage.strike()
      }
    } catch {
      await stage.strike()
      narrator.failed(error)
      throw ExitCode.failure
    }
    narrator.finished()
  }

  private func servers(on stage: Stage) async throws -> Servers {
    guard let kubeconfig, let teleportDataDir, let teleportAuth else {
      return try await stage.startSandbox(teleportMajor: teleportMajor)
    }
    return Servers(
      kubeconfig: kubeconfig, teleportDataDirectory: teleportDataDir, teleportAuth: teleportAuth,
      isSandbox: false)
  }

  /// Ctrl-C ends `body` early, so that what was made is removed all the same.
  private func untilInterrupted(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body() }
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
          if up { return }
          throw DemoFailure("interrupted")
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}

/// Where the two servers are.
struct Servers: Sendable {
  let kubeconfig: String
  let teleportDataDirectory: String
  let teleportAuth: String
  let isSandbox: Bool
}

struct DemoFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
