import Kubernetes
import KubernetesSandbox
import Logging
import ServiceLifecycle
import TeleportSandbox

@testable import controller

/// A controller as `controller run` starts it, in this process.
final class RunningController: Sendable {
  let log = LogLines()
  private let group: ServiceGroup
  private let task: Task<Void, any Error>
  private let process: Operator

  /// - Parameter options: of `run`, by long name.
  init(
    stage: Stage, clock: MonotonicClock, identity: String, options: [String: String] = [:]
  ) throws {
    let client = try KubernetesClient(Stage.configuration(stage.kubernetes), clock: clock)
    let given = [
      "namespace": "default", "identity-dir": identity, "auth-server": stage.teleport.address,
    ]
    let settings = try RunSettings(
      given.merging(options) { $1 }, environment: [:], defaultNamespace: "default")
    process = try Operator(settings: settings, client: client, logger: log.logger)
    let silent = Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: process, successTerminationBehavior: .gracefullyShutdownGroup)
        ], logger: silent))
    self.group = group
    task = Task {
      do {
        try await group.run()
        await client.shutdown()
      } catch {
        await client.shutdown()
        throw error
      }
    }
  }

  /// Returns once the log says this.
  func says(_ text: String) async throws {
    try await eventually("the log says \"\(text)\"") { log.contains(text) }
  }

  func problems() async -> [String] { await process.problems() }

  /// Returns once it is at work and knows both sides.
  func isReady() async throws {
    try await says("lease: held")
    try await says("following Teleport's events")
    try await eventually("nothing is wrong") { await problems().isEmpty }
  }

  /// As SIGTERM does it.
  ///
  /// - Returns: how long it took.
  @discardableResult
  func stop() async -> Duration {
    let start = ContinuousClock.now
    await group.triggerGracefulShutdown()
    _ = await task.result
    return start.duration(to: .now)
  }
}
