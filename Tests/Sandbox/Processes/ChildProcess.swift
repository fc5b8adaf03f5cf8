import Foundation

/// A program that the demo or the benchmark started.
public final class ChildProcess: @unchecked Sendable {
  // Foundation's Process is not Sendable; it is only touched by its owner's main flow, one step after the other.
  private let process = Process()
  private let ended: AsyncStream<Int32>
  public let name: String
  public let logFile: String

  /// Starts a program whose output goes to a log file.
  public init(_ executable: String, _ arguments: [String], name: String, logFile: String) throws {
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

  public var pid: Int32 { process.processIdentifier }

  public var isRunning: Bool { process.isRunning }

  /// SIGTERM, then waits for the end.
  ///
  /// - Returns: the exit status.
  @discardableResult
  public func terminate() async -> Int32 {
    if process.isRunning { process.terminate() }
    return await waitForEnd()
  }

  /// Waits until it ends by itself.
  ///
  /// - Returns: the exit status.
  public func waitForEnd() async -> Int32 {
    for await status in ended { return status }
    return process.terminationStatus
  }

  /// Lines of the log that contain a text.
  public func logLines(containing text: String) -> [String] {
    let log = (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? ""
    return log.split(separator: "\n").filter { $0.contains(text) }.map(String.init)
  }
}
