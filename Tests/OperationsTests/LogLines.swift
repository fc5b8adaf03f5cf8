import Logging
import Operations
import Synchronization

/// Collects what a logger writes.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func logger(_ format: LogFormat = .text, level: Logger.Level = .trace) -> Logger {
    Logger(label: "test") { label in
      LineLogHandler(label: label, level: level, format: format) { line in
        self.lines.withLock { $0.append(line) }
      }
    }
  }
}
