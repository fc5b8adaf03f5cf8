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
  let process: Operator

  /// - Parameters:
  ///   - kubernetes: how to reach the API server, and as whom; nil for the stage's own way.
  ///   - authServer: how to reach Teleport; nil for the stage's own way.
  ///   - lease: the times and the identity of the lease; nil for the usual ones.
  ///   - options: of `run`, by long name.
  init(
    stage: Stage, clock: MonotonicClock = .continuous, identity: String,
    kubernetes: KubernetesConfiguration? = nil, authServer: String? = nil,
    lease: LeaseOptions? = nil, options: [String: String] = [:]
  ) throws {
    let client = try KubernetesClient(
      kubernetes ?? Stage.configuration(stage.kubernetes), clock: clock)
    let given = [
      "namespace": "default", "identity-dir": identity,
      "auth-server": authServer ?? stage.teleport.address,
    ]
    let settings = try RunSettings(
      given.merging(options) { $1 }, environment: [:], defaultNamespace: "default")
    process = try Operator(settings: settings, client: client, logger: log.logger, lease: lease)
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

  /// Ends all that it does at once. What it had in hand is lost; whoever wants no last words cuts its wires first.
  func abandon() { task.cancel() }

  /// Returns once everything of it has ended, which nobody but a test waits for.
  func isGone() async { _ = await task.result }

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
