import FoundationEssentials

/// Reading of small files, so that what depends on them can be tested without a disk.
public struct FileAccess: Sendable {
  /// Why a file could not be read.
  public enum Failure: Error, Hashable, Sendable {
    case missing
    /// There, but not readable: the reason for people.
    case unreadable(String)
  }

  private let body: @Sendable (String) -> Result<[UInt8], Failure>

  public init(_ read: @escaping @Sendable (String) -> Result<[UInt8], Failure>) { body = read }

  /// The whole file at an absolute path, or one relative to the working directory.
  public func read(_ path: String) throws(Failure) -> [UInt8] { try body(path).get() }

  /// The machine's own files.
  public static let local = FileAccess { path in
    do {
      return .success(Array(try Data(contentsOf: URL(filePath: path))))
    } catch let error as CocoaError {
      switch error.code {
      case .fileReadNoSuchFile, .fileNoSuchFile: return .failure(.missing)
      case .fileReadNoPermission: return .failure(.unreadable("permission denied"))
      default: return .failure(.unreadable("it cannot be read"))
      }
    } catch {
      return .failure(.unreadable("it cannot be read"))
    }
  }
}
