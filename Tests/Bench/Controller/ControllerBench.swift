import Documents
import Foundation
import Processes

/// The controller: how soon what is declared is there, and what it costs to keep it so.
struct ControllerBench {
  let binaries: String
  /// Told of each measurement as soon as it is there.
  let report: ([Measurement]) -> Void
  static let few = 1_000
  static let many = 10_000
  static let changes = 200

  func run() async throws -> [Measurement] {
    let stage = try await ControllerStage.start(binaries: binaries)
    let result: Result<[Measurement], any Error>
    do { result = .success(try await run(on: stage)) } catch { result = .failure(error) }
    await stage.end()
    return try result.get()
  }

  private func run(on stage: ControllerStage) async throws -> [Measurement] {
    await stage.setLatency(ControllerStage.latency)
    var measurements = try await few(stage)
    report(measurements)
    try await fill(stage)
    for part in [restart, change, takeover] {
      let found = try await part(stage)
      report(found)
      measurements += found
    }
    return measurements
  }

  // MARK: - From nothing to a thousand

  private func few(_ stage: ControllerStage) async throws -> [Measurement] {
    let controller = try stage.startController("first")
    try await controller.untilReady()
    try await controller.untilLogged("lease: held")
    try await Task.sleep(for: .seconds(10))
    let idle = try controller.figures
    let names = Self.names(0..<Self.few)
    let took = try await ContinuousClock().measure {
      for name in names { try await stage.kubernetes.put(SampleRole.manifest(name)) }
      try await stage.waitUntilReady(names.count)
    }
    try await controller.stop()

    // The same work by hand, on roles that are gone afterwards.
    let status = try await stage.kubernetes.get(SampleRole.plural, names[0])?["status"] ?? [:]
    let loop = RawLoop(stage: stage, status: status)
    let others = names.map { "raw-" + $0 }
    let raw = try await ContinuousClock().measure { try await loop.create(others) }
    for name in others {
      try await stage.kubernetes.forceDelete(SampleRole.plural, name)
      await stage.teleport.delete("role", name)
    }
    return [
      Measurement(
        key: "idle_rss_mb", title: "resident memory, no resources, MiB",
        value: idle.residentMemory, limit: 40),
      Measurement(
        key: "new_1000_s", title: "1,000 new ones, all Ready, s", value: took / .seconds(1),
        limit: 10, raw: raw / .seconds(1)),
      Measurement(
        key: "raw_1000_s", title: "the same calls by a raw loop, s", value: raw / .seconds(1)),
    ]
  }

  private static func names(_ range: Range<Int>) -> [String] { range.map { "role-\($0)" } }

  /// The rest of the ten thousand; how long that takes is not measured, so nothing delays it.
  private func fill(_ stage: ControllerStage) async throws {
    await stage.setLatency(.zero)
    for name in Self.names(Self.few..<Self.many) {
      try await stage.kubernetes.put(SampleRole.manifest(name))
    }
    let controller = try stage.startController("fill")
    try await stage.waitUntilReady(Self.many)
    try await controller.stop()
    await stage.setLatency(ControllerStage.latency)
  }

  // MARK: - Ten thousand

  private func restart(_ stage: ControllerStage) async throws -> [Measurement] {
    let raw = try await RawLoop(stage: stage, status: [:]).list()
    let before = await stage.writes()
    let controller = try stage.startController("restart")
    let took = try await controller.untilAllVerified(Self.many)
    let busy = try controller.figures
    try await Task.sleep(for: .seconds(10))
    let figures = try controller.figures
    let after = await stage.writes()
    let writes = after.map { ($0.key, $0.value - before[$0.key, default: 0]) }.filter { $0.1 > 0 }
    try await controller.stop()
    return [
      Measurement(
        key: "restart_10000_s", title: "start with 10,000 in sync, all verified, s",
        value: took / .seconds(1), limit: 3, raw: raw / .seconds(1)),
      Measurement(
        key: "restart_10000_cpu_s", title: "processor time of that start, s",
        value: busy.processorTime),
      Measurement(
        key: "restart_10000_writes", title: "writes of that start",
        value: Double(writes.map(\.1).reduce(0, +)), limit: 1,
        note: writes.map { "\($0.1) × \($0.0)" }.sorted().joined(separator: ", ")),
      Measurement(
        key: "rss_10000_mb", title: "resident memory 10 s after it, MiB",
        value: figures.residentMemory, limit: 80),
      Measurement(
        key: "rss_10000_anonymous_mb", title: "of which not backed by files, MiB",
        value: figures.anonymousMemory),
      Measurement(
        key: "peak_rss_10000_mb", title: "the most it had until then, MiB",
        value: figures.peakMemory),
    ]
  }
}
