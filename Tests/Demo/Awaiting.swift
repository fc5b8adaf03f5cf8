import Credentials
import Foundation

/// Waiting for things to happen, each with a limit.
enum Awaiting {
  /// Waits for a file, told by its directory.
  static func file(
    _ path: String, within limit: Duration, check: @escaping @Sendable () throws -> Void
  ) async throws {
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try await first(within: limit, "no \(path)") {
      for await _ in DirectoryWatcher(path: directory, interval: .seconds(1)).signals() {
        try check()
        if FileManager.default.fileExists(atPath: path) { return }
      }
    }
  }

  /// The first result of `body`, or a failure after the limit.
  static func first<Value: Sendable>(
    within limit: Duration, _ failure: String, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw DemoFailure("\(failure) within \(limit)")
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw DemoFailure(failure) }
      return value
    }
  }
}
