import Glibc

/// What happens to a process, or its volume, at one of its file system operations.
public struct FileFault: Sendable, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    /// The process is killed before the operation.
    case stopBefore
    /// The process is killed when the operation has been done, but before it knows.
    case stopAfter
    /// The process is killed in the middle of a write.
    case tear
    /// The machine loses power before the operation. Files that were not synced are empty; names that were not synced
    /// are what they were before, or are kept: both are allowed to a file system.
    case powerLoss(keepingNames: Bool)
    /// A write writes half of what it should, and says so.
    case shortWrite
    /// The operation fails once, and those after it do not.
    case error(Int32)
  }

  /// The operation's ordinal number, from 0.
  public let operation: Int
  public let kind: Kind

  public init(at operation: Int, _ kind: Kind) {
    self.operation = operation
    self.kind = kind
  }

  public static let errors: [Int32] = [ENOSPC, EIO, EROFS, EACCES, EMFILE, EINTR]

  /// Every fault that can befall a run of these operations, as `FaultyFileSystem` lists them.
  public static func all(over operations: [String]) -> [FileFault] {
    operations.indices.flatMap { index in
      let isWrite = operations[index].hasPrefix("write ")
      let stops: [Kind] = [
        .stopBefore, .stopAfter, .powerLoss(keepingNames: true), .powerLoss(keepingNames: false),
      ]
      let kinds = stops + errors.map(Kind.error) + (isWrite ? [.tear, .shortWrite] : [])
      return kinds.map { FileFault(at: index, $0) }
    }
  }

  /// Whether nothing happens after it.
  public var isStop: Bool {
    switch kind {
    case .stopBefore, .stopAfter, .tear, .powerLoss: true
    case .shortWrite, .error: false
    }
  }

  public var description: String {
    let text =
      switch kind {
      case .stopBefore: "killed before"
      case .stopAfter: "killed after"
      case .tear: "killed in the middle of"
      case .powerLoss(let keepingNames):
        "power lost (names \(keepingNames ? "kept" : "lost")) before"
      case .shortWrite: "half a write at"
      case .error(let code): "\(String(cString: strerror(code))) at"
      }
    return "\(text) operation \(operation)"
  }
}
