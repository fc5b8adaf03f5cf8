import FoundationEssentials
import Glibc
import Logging

/// Writes each log entry as one line to standard error: `time level message key=value …`, or a JSON object.
///
/// - Guarantees: one `write(2)` per entry, so that lines of several threads never mix. Line breaks and
///   control characters are escaped.
public struct LineLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let format: LogFormat
  private let sink: @Sendable (String) -> Void

  /// - Parameter sink: takes finished lines, newline included; standard error where not given.
  public init(
    label: String, level: Logger.Level, format: LogFormat,
    sink: @escaping @Sendable (String) -> Void = Self.standardError
  ) {
    self.label = label
    self.logLevel = level
    self.format = format
    self.sink = sink
  }

  /// Makes this the handler of all loggers of the process. Call once.
  public static func bootstrap(level: Logger.Level, format: LogFormat) {
    LoggingSystem.bootstrap { LineLogHandler(label: $0, level: level, format: format) }
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var all = metadata
    all.merge(metadataProvider?.get() ?? [:]) { $1 }
    all.merge(event.metadata ?? [:]) { $1 }
    if let error = event.error { all["error"] = "\(error)" }
    let pairs = all.sorted { $0.key < $1.key }
    let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    switch format {
    case .text:
      let fields = pairs.map { " \($0.key)=\(LineText.value("\($0.value)"))" }.joined()
      let level = event.level.rawValue.uppercased()
      let padding = String(repeating: " ", count: max(0, 7 - level.count))
      sink("\(time) \(level)\(padding) \(LineText.escape("\(event.message)"))\(fields)\n")
    case .json:
      var object = [
        "time": time, "level": event.level.rawValue, "logger": label,
        "message": "\(event.message)",
      ]
      for (key, value) in pairs { object[key] = "\(value)" }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      // A dictionary of strings always encodes.
      let data = (try? encoder.encode(object)) ?? Data()
      sink(String(decoding: data, as: UTF8.self) + "\n")
    }
  }

  public static let standardError: @Sendable (String) -> Void = { line in
    var bytes = Array(line.utf8)
    bytes.withUnsafeMutableBytes { _ = write(2, $0.baseAddress, $0.count) }
  }
}
