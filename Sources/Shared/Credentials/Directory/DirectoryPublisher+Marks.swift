import Glibc

extension DirectoryPublisher {
  /// Keeps a small text: it stands there, whole, once this has returned, and through crashes and losses of power.
  /// Blocks.
  ///
  /// - Parameter name: letters, digits, `.`, `_` and `-`; no name that is published.
  /// - Throws: and then the old text still stands there, or the new one.
  public func writeMark(_ name: String, _ text: String) throws(CredentialsError) {
    try checkMark(name)
    let root = try openRoot()
    let pending = OpenDirectory.pending(name)
    root.discard(pending)
    do throws(CredentialsError) {
      try root.create(pending, Array(text.utf8), access: access)
      try root.rename(pending, to: name)
    } catch {
      root.discard(pending)
      throw error
    }
    try root.sync()
  }

  /// The text; nil where there is none. Blocks.
  public func readMark(_ name: String) throws(CredentialsError) -> String? {
    try checkMark(name)
    let root = try openRoot()
    return try root.text(name)
  }

  /// One that is missing is fine. Blocks.
  public func removeMark(_ name: String) throws(CredentialsError) {
    try checkMark(name)
    let root = try openRoot()
    try root.remove(name)
    try root.sync()
  }

  /// Keeps other processes from this directory for as long as the value lives: two bots that share one renewable
  /// identity lock each other out of the cluster. Blocks, but does not wait for the other process.
  ///
  /// - Throws: `.inUse` where another process holds it.
  public func lock() throws(CredentialsError) -> DirectoryLock {
    let root = try openRoot()
    let file = try root.attempt("open", DirectoryLock.name) { () throws(SystemCallError) in
      try fileSystem.openLock(DirectoryLock.name, in: root.descriptor, mode: 0o600)
    }
    let lock = DirectoryLock(adopting: file, fileSystem: fileSystem)
    try lock.acquire(in: root, access: access)
    return lock
  }

  private func checkMark(_ name: String) throws(CredentialsError) {
    let isTaken = PublishedFile(rawValue: name) != nil || name == DirectoryLock.name
    guard Self.isPlain(name), !name.hasPrefix("."), !isTaken else {
      throw CredentialsError(.malformed, "no file in \(path) can be kept under the name \(name)")
    }
  }
}
