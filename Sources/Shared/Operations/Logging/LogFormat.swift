import Logging

/// How log lines look.
public enum LogFormat: String, CaseIterable, Sendable {
  case text
  case json
}

extension Logger.Level {
  /// Reads a level by swift-log's name or by Teleport's (`WARN`, `ERROR`, …), whatever the case.
  public init?(name: String) {
    switch name.lowercased() {
    case "warn": self = .warning
    case "fatal": self = .critical
    case let other: self.init(rawValue: other)
    }
  }

  /// What `--help` and error messages name.
  public static let names = "trace, debug, info, notice, warning, error, critical"
}
