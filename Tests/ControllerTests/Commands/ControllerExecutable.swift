import Foundation

/// The `controller` that was built with the tests, as a user runs it.
struct ControllerExecutable {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  struct NotBuilt: Error {}

  private let url: URL
  var path: String { url.path() }

  /// Looks beside the test bundle and in the package's own build directory.
  init() throws {
    let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let process = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let package = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in
      url.deletingLastPathComponent()
    }
    let places = [process, bundle, package.appending(path: ".build/debug")]
    let found = places.map { $0.appending(path: "controller") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path()) }
    guard let found else { throw NotBuilt() }
    url = found
  }

  func run(_ arguments: [String], input: String = "") throws -> Outcome {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.environment = ["NO_COLOR": "1"]
    // Files, not pipes: nothing can fill up and wait.
    let folder = try ScratchDirectory()
    try folder.write(input, to: "in")
    for name in ["out", "err"] { try folder.write("", to: name) }
    process.standardInput = FileHandle(forReadingAtPath: "\(folder.path)/in")
    process.standardOutput = FileHandle(forWritingAtPath: "\(folder.path)/out")
    process.standardError = FileHandle(forWritingAtPath: "\(folder.path)/err")
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOfFile: "\(folder.path)/out", encoding: .utf8),
      errors: try String(contentsOfFile: "\(folder.path)/err", encoding: .utf8))
  }
}
