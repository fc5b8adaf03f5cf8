import Kubernetes
import KubernetesSandbox
import Logging
import ServiceLifecycle
import Synchronization
import TeleportSandbox

@testable import controller

/// A controller as `controller run` starts it, in this process.
final class RunningController: Sendable {
  let log = LogLines()
  private let group: ServiceGroup
  private let task: Task<Void, any Error>
  let process: Operator
  /// How far it has come with its end.
  private let end = End()

  private final class End: Sendable {
    enum Phase { case running, stopped, closed }

    let phase = Mutex(Phase.running)
  }

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
    task = Task { [end] in
      let result: Result<Void, any Error>
      do {
        result = .success(try await group.run())
      } catch { result = .failure(error) }
      end.phase.withLock { $0 = .stopped }
      await client.shutdown()
      end.phase.withLock { $0 = .closed }
      try result.get()
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

  /// Returns once it has nothing in hand: what a test sees on a server may not have been answered yet.
  func rests() async throws {
    try await eventually("nothing is being handled") { process.queue.isIdle }
  }

  /// Ends all that it does at once. What it had in hand is lost; whoever wants no last words cuts its wires first.
  func abandon() { task.cancel() }

  /// Returns once everything of it has ended, which nobody but a test waits for.
  ///
  /// - Throws: `NotInTime` with its last words: one that never ends would hold up the tests for ever.
  func isGone() async throws {
    do {
      try await eventually("", within: .seconds(60)) { end.phase.withLock { $0 == .closed } }
    } catch is NotInTime {
      let phase = end.phase.withLock { $0 }
      let words = log.all.suffix(15).joined(separator: "\n  ")
      throw NotInTime(description: "a controller does not end, \(phase):\n  \(words)")
    }
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
