import Foundation

/// A program of OpenSSH.
struct SSHProgram: Sendable {
  let path: String

  /// nil where it is not installed.
  static let keygen = installed("ssh-keygen")
  static let client = installed("ssh")

  private static func installed(_ name: String) -> SSHProgram? {
    ["/usr/bin/\(name)", "/usr/local/bin/\(name)"]
      .first { FileManager.default.isExecutableFile(atPath: $0) }.map(SSHProgram.init(path:))
  }

  struct Result: Sendable {
    let status: Int32
    let output: String

    /// Lines without the spaces around them.
    var lines: [String] {
      output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// Lines between two headings.
    func lines(after start: String, before end: String) -> [String] {
      Array(lines.drop { $0 != start }.dropFirst().prefix { !$0.hasPrefix(end) })
    }
  }

  /// Runs it; times are UTC.
  func run(_ arguments: String...) async throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ["TZ": "UTC", "LC_ALL": "C"]
    // A question would wait for an answer.
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    let (ends, ended) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = {
      ended.yield($0.terminationStatus)
      ended.finish()
    }
    try process.run()
    // Its few lines fit into the pipe, so that it ends before they are read.
    var status: Int32 = -1
    for await end in ends { status = end }
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    return Result(status: status, output: String(decoding: bytes, as: UTF8.self))
  }
}
