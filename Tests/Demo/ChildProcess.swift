import Foundation

/// A program that the demo started.
final class ChildProcess: @unchecked Sendable {
  // Foundation's Process is not Sendable; it is only touched by the demo's main flow, one step after the other.
  private let process = Process()
  private let ended: AsyncStream<Int32>
  let name: String
  let logFile: String

  /// Starts a program whose output goes to a log file.
  init(_ executable: String, _ arguments: [String], name: String, logFile: String) throws {
    self.name = name
    self.logFile = logFile
    try Data().write(to: URL(fileURLWithPath: logFile))
    let log = FileHandle(forWritingAtPath: logFile)
    let (stream, continuation) = AsyncStream<Int32>.makeStream()
    ended = stream
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardOutput = log
    process.standardError = log
    process.standardInput = FileHandle.nullDevice
    process.terminationHandler = { process in
      continuation.yield(process.terminationStatus)
      continuation.finish()
    }
    try process.run()
  }

  var pid: Int32 { process.processIdentifier }

  var isRunning: Bool { process.isRunning }

  /// SIGTERM, then waits for the end.
  ///
  /// - Returns: the exit status.
  func terminate() async -> Int32 {
    if process.isRunning { process.terminate() }
    for await status in ended { return status }
    return process.terminationStatus
  }

  /// Lines of the log that contain a text.
  func logLines(containing text: String) -> [String] {
    let log = (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? ""
    return log.split(separator: "\n").filter { $0.contains(text) }.map(String.init)
  }
}
