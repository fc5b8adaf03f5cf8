import AsyncHTTPClient
import Foundation
import NIOCore
import Processes
import SandboxFaults

/// A controller process.
struct RunningController {
  let process: ChildProcess
  let metricsPort: Int
  let healthPort: Int
  /// Close to the moment of its start.
  let start = ContinuousClock.now

  var figures: ProcessFigures { get throws { try ProcessFigures(pid: process.pid) } }

  /// Returns once it answers that nothing keeps it from working.
  func untilReady() async throws {
    while await status("/readyz") != 200 {
      guard process.isRunning else { throw failure("it has ended") }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Returns once its log has such a line.
  func untilLogged(_ text: String, times: Int = 1) async throws {
    while process.logLines(containing: text).count < times {
      guard process.isRunning else { throw failure("it has ended") }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Returns once it leads, knows that many custom resources and has verified each.
  ///
  /// - Returns: how long that took from its start.
  func untilAllVerified(_ count: Int) async throws -> Duration {
    while true {
      if let metrics = try? await metrics(), metrics["teleport_operator_leader"] == 1 {
        let sum = { (name: String) in
          metrics.filter { $0.key.hasPrefix(name + "{") }.values.reduce(0, +)
        }
        if sum("teleport_operator_resources") >= Double(count),
          sum("teleport_operator_unverified_resources") == 0
        {
          return start.duration(to: .now)
        }
      }
      guard process.isRunning else { throw failure("it has ended") }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// SIGTERM, and its end.
  func stop() async throws {
    let status = await process.terminate()
    if status != 0 { throw failure("it ended with \(status)") }
  }

  func failure(_ text: String) -> BenchFailure {
    let lines = process.logLines(containing: "").suffix(5).joined(separator: "\n")
    return BenchFailure("\(process.name): \(text)\n\(lines)")
  }

  private func status(_ path: String) async -> Int? {
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(healthPort)\(path)")
    guard let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(2)) else {
      return nil
    }
    _ = try? await answer.body.collect(upTo: 1 << 20)
    return Int(answer.status.code)
  }

  /// All samples of `/metrics`: `name{label="value"}` and its number.
  func metrics() async throws -> [String: Double] {
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(metricsPort)/metrics")
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
    let text = String(buffer: try await answer.body.collect(upTo: 4 << 20))
    var samples: [String: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let blank = line.lastIndex(of: " ") else { continue }
      samples[String(line[..<blank])] = Double(line[line.index(after: blank)...])
    }
    return samples
  }
}

/// A port that nobody listens on now.
func freePort() throws -> Int {
  guard let port = ClosedPort() else { throw BenchFailure("no free port") }
  return port.number
}
