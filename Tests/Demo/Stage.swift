import Documents
import Foundation
import Processes

/// The processes and files of a demo, and how they go away again.
final class Stage: @unchecked Sendable {
  // Used by the demo's main flow only, one step after the other.
  let directory: String
  private let narrator: Narrator
  private var processes: [ChildProcess] = []
  private var cleanups: [(what: String, undo: () async throws -> Void)] = []

  init(directory: String, narrator: Narrator) {
    self.directory = directory
    self.narrator = narrator
  }

  var identityDirectory: String { directory + "/identity" }

  /// A program built from this package: it stands beside this one.
  func program(_ name: String) -> String {
    let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    return own + "/" + name
  }

  func start(_ name: String, _ arguments: [String]) throws -> ChildProcess {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let process = try ChildProcess(
      program(name), arguments, name: name, logFile: "\(directory)/\(name).log")
    processes.append(process)
    return process
  }

  func startSandbox(teleportMajor: Int) async throws -> Servers {
    let ready = directory + "/ready.json"
    let process = try start(
      "sandbox", ["--directory", directory, "--teleport-major", "\(teleportMajor)"])
    return try await narrator.step("sandbox: a Teleport auth service and a kube-apiserver") {
      try await Awaiting.file(ready, within: .seconds(20)) {
        guard process.isRunning else { throw DemoFailure("the sandbox ended") }
      }
      let document = try JSONValue(yaml: String(contentsOfFile: ready, encoding: .utf8))
      return Servers(
        kubeconfig: document["kubeconfig"]?.string ?? "",
        teleportDataDirectory: document["teleportDataDir"]?.string ?? "",
        teleportAuth: document["teleportAuth"]?.string ?? "", isSandbox: true)
    }
  }

  /// Remembers what has to be undone; the last is undone first.
  func onStrike(_ what: String, _ undo: @escaping () async throws -> Void) {
    cleanups.append((what, undo))
  }

  /// Ends a process now and forgets it.
  func stop(_ process: ChildProcess) async -> Int32 {
    processes.removeAll { $0 === process }
    return await process.terminate()
  }

  /// Undoes everything, whatever state it is in.
  func strike() async {
    for process in processes.reversed() { _ = await process.terminate() }
    for cleanup in cleanups.reversed() {
      do { try await cleanup.undo() } catch { narrator.leftBehind(cleanup.what, error) }
    }
    cleanups = []
    processes = []
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// The ends of all logs, for a failure.
  func showLogs() {
    for process in processes {
      let log = (try? String(contentsOfFile: process.logFile, encoding: .utf8)) ?? ""
      narrator.title("the end of \(process.name)'s log")
      narrator.show(log.split(separator: "\n").suffix(15).joined(separator: "\n"))
    }
  }
}
