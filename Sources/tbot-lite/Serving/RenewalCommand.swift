import Credentials
import Glibc

/// A program that is run after certificates have been published, as `--on-renew` asks for.
///
/// - Guarantees: no shell, no inherited signal mask, nothing secret among its arguments or in its environment; ended
///   with SIGKILL after `patience`.
struct RenewalCommand: Sendable {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let arguments: [String]
  var patience: Duration = .seconds(60)

  /// Runs the program and waits for its end.
  ///
  /// - Parameter environment: added to this process's own.
  /// - Throws: `Failure` when it cannot be started, does not end in time, or ends with another code than 0.
  func run(environment: [String: String]) async throws {
    let child = try spawn(environment)
    let status = await withTaskGroup(of: Int32?.self) { group in
      group.addTask {
        try? await onBlockingThread { Self.wait(for: child) }
      }
      group.addTask {
        // Cancelled, too, it must not outlive this process.
        try? await Task.sleep(for: patience)
        return nil
      }
      let first = await group.next() ?? nil
      if first == nil { kill(child, SIGKILL) }
      group.cancelAll()
      return first
    }
    guard let status else {
      throw Failure(description: "\(name) did not end within \(patience)")
    }
    guard status == 0 else {
      let signal = status & 0x7f
      throw Failure(
        description: signal == 0
          ? "\(name) ended with code \(status >> 8 & 0xff)"
          : "\(name) was ended by signal \(signal)")
    }
  }

  private var name: String { arguments.first ?? "" }

  private func spawn(_ environment: [String: String]) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGHUP)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var argv = arguments.map { strdup($0) } + [nil]
    defer { for word in argv { free(word) } }
    var envp = Self.inherited(adding: environment).map { strdup($0) } + [nil]
    defer { for pair in envp { free(pair) } }
    var child: pid_t = 0
    let result = posix_spawnp(&child, name, nil, &attributes, &argv, &envp)
    guard result == 0 else {
      throw Failure(description: "cannot start \(name): \(String(cString: strerror(result)))")
    }
    return child
  }

  private static func inherited(adding added: [String: String]) -> [String] {
    var pairs: [String] = []
    var next = environ
    while let pair = next.pointee {
      let text = String(cString: pair)
      // A join token is nobody else's business.
      if !text.hasPrefix("TBOT_LITE_") { pairs.append(text) }
      next += 1
    }
    return pairs + added.map { "\($0.key)=\($0.value)" }
  }

  private static func wait(for child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
