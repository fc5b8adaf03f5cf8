import FoundationEssentials
import Glibc

/// Runs programs against a server in this very process: no thread that the server needs may wait for them, and
/// on Linux the queues of Dispatch share theirs with the concurrency pool.
struct KubernetesAPICommand: Sendable {
  struct Result: Sendable {
    let status: Int32
    let output: String
  }

  /// Added to what this process has.
  var environment: [String: String] = [:]
  /// A directory that the programs may write to.
  let directory: String

  /// - Parameter input: what the program reads from its standard input.
  func run(_ program: String, _ arguments: [String], input: String = "") async -> Result {
    await withCheckedContinuation { continuation in
      Self.onOwnThread { continuation.resume(returning: spawn(program, arguments, input)) }
    }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func onOwnThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let started = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    // Without a thread of its own the work still has to be done.
    guard started == 0 else { return work.takeRetainedValue().body() }
    pthread_detach(thread)
  }

  static func find(_ program: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }

  private func spawn(_ program: String, _ arguments: [String], _ input: String) -> Result {
    let name = "\(directory)/\(UUID().uuidString)"
    let files = (input: name + ".in", output: name + ".out")
    defer {
      unlink(files.input)
      unlink(files.output)
    }
    _ = FileManager.default.createFile(atPath: files.input, contents: Data(input.utf8))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, files.input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, files.output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let words = ([program] + arguments).map { strdup($0) }
    let variables = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
      .map { strdup("\($0.key)=\($0.value)") }
    defer { for text in words + variables { free(text) } }
    var child: pid_t = 0
    let started = posix_spawnp(
      &child, program, &actions, nil, words + [nil], variables + [nil])
    guard started == 0 else { return Result(status: started, output: "cannot run \(program)") }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    let output = FileManager.default.contents(atPath: files.output) ?? Data()
    return Result(
      status: (status >> 8) & 0xff, output: String(decoding: output, as: UTF8.self))
  }
}
