import FoundationEssentials
import Glibc

/// Runs a program of the machine as a second opinion. Foundation's `Process` would bring ICU with it.
enum ExternalProgram {
  struct Failure: Error {
    let program: String
    let status: Int32
    let output: String
  }

  /// The program's output and error output; throws where it does not exit with 0.
  static func run(_ program: String, _ arguments: String...) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "\(UUID().uuidString).out").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let words = ([program] + arguments).map { strdup($0) }
    defer { for element in words { free(element) } }
    var child: pid_t = 0
    let started = posix_spawnp(&child, program, &actions, nil, words + [nil], environ)
    guard started == 0 else { throw Failure(program: program, status: started, output: "") }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    let output = String(
      decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    guard status == 0 else { throw Failure(program: program, status: status, output: output) }
    return output
  }
}
