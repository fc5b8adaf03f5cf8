import Glibc
import Synchronization

/// A directory's lock, held by this process until the value is released. The kernel releases it when the process dies.
public final class DirectoryLock: Sendable {
  /// tbot's name for it.
  static let name = "lock"

  private let descriptor: Mutex<Int32?>
  private let fileSystem: any FileSystem

  init(adopting descriptor: Int32, fileSystem: any FileSystem) {
    self.descriptor = Mutex(descriptor)
    self.fileSystem = fileSystem
  }

  deinit { release() }

  /// Lets the next one in. Doing it twice is fine.
  public func release() {
    guard let held = descriptor.withLock({ $0.take() }) else { return }
    // A program that is just being started has a copy of the descriptor for a moment.
    try? fileSystem.unlock(held)
    try? fileSystem.close(held)
  }

  /// The file is never removed: a process could hold the lock of one that has no name any more.
  func acquire(
    in root: borrowing OpenDirectory, access: FileAccess
  ) throws(CredentialsError) {
    guard let file = descriptor.withLock({ $0 }) else { return }
    let status = try root.attempt("look at", Self.name) { () throws(SystemCallError) in
      try fileSystem.status(file)
    }
    guard status.isRegularFile else {
      throw CredentialsError(.inaccessible, "\(root.path)/\(Self.name) is not a file; remove it")
    }
    do throws(SystemCallError) {
      try OpenDirectory.uninterrupted { () throws(SystemCallError) in try fileSystem.lock(file) }
    } catch {
      guard error.code == EWOULDBLOCK else { throw root.failure(error, "lock", Self.name) }
      let holder = (try? root.text(Self.name))?.flatMap { Int32($0.filter(\.isNumber)) }
      throw CredentialsError(
        .inUse,
        "another process\(holder.map { " (pid \($0))" } ?? "") uses \(root.path); stop it, or give each bot a directory of its own"
      )
    }
    try root.apply(access.fileMode, access, to: file, Self.name)
    try root.attempt("write", Self.name) { () throws(SystemCallError) in
      try fileSystem.truncate(file)
    }
    try root.write(Array("\(getpid())\n".utf8), to: file, Self.name)
  }
}
