import Documents
import Foundation

extension ControllerBench {
  /// One change after the other, with nothing else to do and while everything is looked at.
  func change(_ stage: ControllerStage) async throws -> [Measurement] {
    let names = (0..<Self.changes).map { "role-\($0 * (Self.many / Self.changes))" }
    let loop = RawLoop(stage: stage, status: [:])
    let raw = try await loop.change(names, login: "root")
    let quiet = try await changes(stage, names, login: "quiet", syncPeriod: "10h")
    let busy = try await changes(stage, names, login: "busy", syncPeriod: "1s")
    return [
      Measurement(
        key: "change_p99_ms", title: "one change until Teleport holds it, p99, ms",
        value: quiet.percentile(99), limit: raw.percentile(50) + 50, raw: raw.percentile(50)),
      Measurement(
        key: "change_p50_ms", title: "the same, median, ms", value: quiet.percentile(50),
        raw: raw.percentile(50)),
      Measurement(
        key: "change_raw_ms", title: "the same by raw calls, median, ms",
        value: raw.percentile(50)),
      Measurement(
        key: "change_p99_resync_ms", title: "the same during resyncs of 10,000, p99, ms",
        value: busy.percentile(99), limit: 1000, raw: raw.percentile(50)),
      Measurement(
        key: "change_p50_resync_ms", title: "the same, median, ms", value: busy.percentile(50),
        raw: raw.percentile(50)),
    ]
  }

  private func changes(
    _ stage: ControllerStage, _ names: [String], login: String, syncPeriod: String
  ) async throws -> [Duration] {
    let controller = try stage.startController(login, syncPeriod: syncPeriod)
    _ = try await controller.untilAllVerified(Self.many)
    var times: [Duration] = []
    for name in names {
      let start = ContinuousClock.now
      let patch = SampleRole.patch(logins: [login, name])
      try await stage.kubernetes.patch(SampleRole.plural, name, with: patch)
      let wanted: JSONValue = [.string(login), .string(name)]
      while try await stage.teleport.resource("role", name)?[["spec", "allow", "logins"]] != wanted
      {
        try await Task.sleep(for: .milliseconds(1))
      }
      times.append(start.duration(to: .now))
    }
    try await controller.stop()
    return times
  }

  /// SIGTERM to the one at work until the other one has the lease.
  func takeover(_ stage: ControllerStage) async throws -> [Measurement] {
    let leader = try stage.startController("leader")
    try await leader.untilLogged("lease: held")
    _ = try await leader.untilAllVerified(Self.many)
    let follower = try stage.startController("follower")
    try await follower.untilLogged("lease: standing by")
    try await follower.untilReady()
    let start = ContinuousClock.now
    async let stopped: Void = leader.stop()
    try await follower.untilLogged("lease: held")
    let took = start.duration(to: .now)
    try await stopped
    try await follower.stop()
    return [
      Measurement(
        key: "takeover_s", title: "the leader stops until the next one leads, s",
        value: took / .seconds(1), limit: 3)
    ]
  }
}

extension [Duration] {
  /// In milliseconds.
  fileprivate func percentile(_ percent: Int) -> Double {
    guard !isEmpty else { return .infinity }
    return sorted()[Swift.min(count - 1, count * percent / 100)] / .milliseconds(1)
  }
}
