import Credentials
import Foundation
import Processes
import TeleportSandbox

/// tbot-lite: how soon after the auth port answers there is a certificate, and what it costs to have it there.
struct BotBench {
  let executable: String
  private static let runs = 9

  func run() async throws -> [Measurement] {
    var firsts: [Double] = []
    var idle: Idle?
    for run in 1...Self.runs {
      let (first, figures) = try await measure(idles: run == Self.runs)
      firsts.append(first)
      idle = figures ?? idle
    }
    firsts.sort()
    return [
      Measurement(
        key: "bot_first_cert_ms",
        title: "first certificate after the port answers, median, ms",
        value: firsts[firsts.count / 2], limit: 300),
      Measurement(
        key: "bot_first_cert_worst_ms", title: "the worst of \(Self.runs) runs, ms",
        value: firsts[firsts.count - 1], limit: 300),
      Measurement(
        key: "bot_idle_rss_mb", title: "resident memory when idle, MiB",
        value: idle?.memory ?? .infinity, limit: 25),
      Measurement(
        key: "bot_idle_cpu_percent", title: "processor time when idle, % of a core",
        value: idle?.processor ?? .infinity, limit: 0.5),
      Measurement(
        key: "bot_idle_threads", title: "threads when idle", value: Double(idle?.threads ?? 0)),
    ]
  }

  private struct Idle {
    let memory: Double
    let threads: Int
    let processor: Double
  }

  /// One bot that waits for an auth service which then comes.
  private func measure(idles: Bool) async throws -> (Double, Idle?) {
    var options = TeleportSandbox.Options(major: 18)
    options.port = .random(in: 20_000..<32_000)
    let sandbox = try await TeleportSandbox.start(options: options)
    await sandbox.stop()
    let destination = sandbox.dataDirectory + "/identity"
    let bot = try ChildProcess(
      executable,
      [
        "start", "--teleport-data-dir", sandbox.dataDirectory, "--auth-server", sandbox.address,
        "--destination", destination, "--diag-addr", "127.0.0.1:0",
      ], name: "tbot-lite", logFile: sandbox.dataDirectory + "/bot.log")
    // Until it has tried and found nobody.
    for await _ in DirectoryWatcher(path: sandbox.dataDirectory, interval: .seconds(1)).signals()
    where !bot.logLines(containing: "nobody listens there").isEmpty || !bot.isRunning { break }
    let clock = ContinuousClock()
    try await sandbox.restart()
    let answered = clock.now
    for await _ in DirectoryWatcher(path: destination).signals()
    where (try? PublishedDirectory(path: destination).read()) != nil { break }
    let took = answered.duration(to: clock.now)
    let idle = idles ? try await Self.idle(bot.pid) : nil
    await bot.terminate()
    await sandbox.shutdown()
    return (took / .milliseconds(1), idle)
  }

  private static func idle(_ pid: Int32) async throws -> Idle {
    // What came with the first certificate has passed by then.
    try await Task.sleep(for: .seconds(5))
    let before = try ProcessFigures(pid: pid)
    let window = 30.0
    try await Task.sleep(for: .seconds(window))
    let after = try ProcessFigures(pid: pid)
    return Idle(
      memory: after.residentMemory, threads: after.threads,
      processor: (after.processorTime - before.processorTime) / window * 100)
  }
}
