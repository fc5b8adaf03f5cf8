import Glibc

/// A directory that is held open: whatever happens to its path, everything is done in this very directory.
struct OpenDirectory: ~Copyable {
  let descriptor: Int32
  /// For messages.
  let path: String
  let fileSystem: any FileSystem
  private var isLocked = false

  /// Larger than any credential. What is longer is not read to its end.
  static let sizeLimit = 1 << 20

  init(adopting descriptor: Int32, path: String, fileSystem: any FileSystem) {
    self.descriptor = descriptor
    self.path = path
    self.fileSystem = fileSystem
  }

  /// - Parameter followingLinks: whether the path's last part may be a symbolic link.
  init(path: String, followingLinks: Bool, fileSystem: any FileSystem) throws(SystemCallError) {
    self.init(
      adopting: try Self.uninterrupted { () throws(SystemCallError) in
        try fileSystem.openDirectory(path, followingLinks: followingLinks)
      }, path: path, fileSystem: fileSystem)
  }

  deinit {
    // Closing would not do: a program that is just being started has a copy of the descriptor for a moment.
    if isLocked { try? fileSystem.unlock(descriptor) }
    // Nothing was written through it, so that nothing can be lost.
    try? fileSystem.close(descriptor)
  }

  /// Locks it until the value goes away; does not wait.
  mutating func lock() throws(SystemCallError) {
    try Self.uninterrupted { () throws(SystemCallError) in try fileSystem.lock(descriptor) }
    isLocked = true
  }

  /// Repeats what a signal interrupts.
  static func uninterrupted<Value>(
    _ call: () throws(SystemCallError) -> Value
  ) throws(SystemCallError) -> Value {
    while true {
      do {
        return try call()
      } catch  where error.code == EINTR {
        continue
      }
    }
  }

  /// An error with the path of a name in this directory.
  func failure(_ error: SystemCallError, _ action: String, _ name: String?) -> CredentialsError {
    CredentialsError(error, "\(action) \(name.map { "\(path)/\($0)" } ?? path)")
  }

  func attempt<Value>(
    _ action: String, _ name: String? = nil, _ call: () throws(SystemCallError) -> Value
  ) throws(CredentialsError) -> Value {
    do {
      return try Self.uninterrupted(call)
    } catch {
      throw failure(error, action, name)
    }
  }

  func directory(_ name: String) throws(CredentialsError) -> OpenDirectory {
    let descriptor = try attempt("open", name) { () throws(SystemCallError) in
      try fileSystem.openDirectory(name, in: self.descriptor)
    }
    return OpenDirectory(adopting: descriptor, path: "\(path)/\(name)", fileSystem: fileSystem)
  }

  func status() throws(CredentialsError) -> FileStatus {
    try attempt("look at") { () throws(SystemCallError) in try fileSystem.status(descriptor) }
  }

  func names() throws(CredentialsError) -> [String] {
    try attempt("list") { () throws(SystemCallError) in try fileSystem.names(in: descriptor) }
  }

  /// Makes new names last, and changed ones.
  func sync() throws(CredentialsError) {
    do throws(SystemCallError) {
      try Self.uninterrupted { () throws(SystemCallError) in try fileSystem.sync(descriptor) }
    } catch {
      // Some volumes cannot sync directories.
      if error.code != EINVAL { throw failure(error, "sync", nil) }
    }
  }
}

extension CredentialsError {
  /// - Parameter action: what cannot be done, and to which path.
  init(_ error: SystemCallError, _ action: String) {
    let hint =
      switch error.code {
      case ENOSPC, EDQUOT: "; make room on that volume"
      case EROFS: "; mount that volume for writing"
      case EACCES, EPERM: "; check its owner and mode"
      default: ""
      }
    self.init(
      error.code == ENOENT ? .notReady : .inaccessible,
      "cannot \(action): \(String(cString: strerror(error.code)))\(hint)")
  }
}
