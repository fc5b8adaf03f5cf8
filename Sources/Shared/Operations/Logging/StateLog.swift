import Logging
import Synchronization

/// Says a thing when it changes, not each time it is seen: the first failure and the recovery, not the hundred
/// failures between them.
public final class StateLog: Sendable {
  private let logger: Logger
  private let states = Mutex<[String: String]>([:])

  public init(_ logger: Logger) { self.logger = logger }

  /// Logs `message` if `subject` was not in `state` already.
  ///
  /// - Parameter state: what tells one state from the next; left out of the line.
  public func record(
    _ subject: String, _ state: String, _ level: Logger.Level, _ message: @autoclosure () -> String,
    metadata: Logger.Metadata = [:]
  ) {
    let isNew = states.withLock { $0.updateValue(state, forKey: subject) != state }
    if isNew { logger.log(level: level, "\(message())", metadata: metadata) }
  }

  /// Forgets a subject that is gone or well again.
  ///
  /// - Returns: whether there was anything to forget.
  @discardableResult
  public func forget(_ subject: String) -> Bool {
    states.withLock { $0.removeValue(forKey: subject) != nil }
  }
}
