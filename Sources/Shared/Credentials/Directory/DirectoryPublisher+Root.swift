import Glibc

extension DirectoryPublisher {
  /// Makes the directory if it is missing, checks that it can hold secrets, and removes what a crash has left
  /// half-written. Blocks.
  ///
  /// - Throws: `.inaccessible` where it cannot be written, is not a directory, or is open to others; `.inUse` while
  ///   another publisher writes.
  public func prepare() throws(CredentialsError) {
    let isNew = try makeRoot()
    var root = try open()
    if isNew { try root.apply(access.directoryMode, access, to: root.descriptor) }
    try check(root, isPrepared: false)
    try lock(&root)
    discardGenerations(except: [], in: root)
    try probe(root)
    try syncParent()
  }

  /// Opens the directory, checks it and keeps other publishers out until it is closed.
  func openRoot() throws(CredentialsError) -> OpenDirectory {
    var root = try open()
    try check(root, isPrepared: true)
    try lock(&root)
    return root
  }

  /// Removes all but the current generation and these, and what was not finished.
  func discardGenerations(except kept: [String], in root: borrowing OpenDirectory) {
    do throws(CredentialsError) {
      let current = try root.target(of: Self.current)
      for name in try root.names() where name.hasPrefix("..") && name != Self.current {
        if name != current && !kept.contains(name) { root.discard(name) }
      }
    } catch {
      // Where the current one is not known, none can be told from it: the next time.
    }
  }

  /// Letters, digits, `.`, `_` and `-`.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200
      && name.utf8.allSatisfy { byte in
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a)
          || byte == 0x2d || byte == 0x2e || byte == 0x5f
      }
  }

  /// - Returns: whether it was missing.
  private func makeRoot() throws(CredentialsError) -> Bool {
    do throws(SystemCallError) {
      try OpenDirectory.uninterrupted { () throws(SystemCallError) in
        try fileSystem.makeDirectory(path, mode: 0o700)
      }
      return true
    } catch {
      if error.code == EEXIST { return false }
      // A parent that is missing is nothing that time mends.
      throw CredentialsError(.inaccessible, CredentialsError(error, "create \(path)").message)
    }
  }

  private func open() throws(CredentialsError) -> OpenDirectory {
    do throws(SystemCallError) {
      return try OpenDirectory(path: path, followingLinks: false, fileSystem: fileSystem)
    } catch {
      guard error.code != ENOTDIR, error.code != ELOOP else {
        throw CredentialsError(
          .inaccessible, "\(path) is not a directory; a symbolic link to one will not do")
      }
      throw CredentialsError(error, "open \(path)")
    }
  }

  private func lock(_ root: inout OpenDirectory) throws(CredentialsError) {
    do throws(SystemCallError) {
      try root.lock()
    } catch {
      switch error.code {
      case EWOULDBLOCK:
        throw CredentialsError(.inUse, "another process is writing to \(path) at this moment")
      // Volumes that cannot lock directories: there, the rule of one publisher has to be kept by people.
      case EBADF, EINVAL, ENOLCK, EOPNOTSUPP: return
      default: throw CredentialsError(error, "lock \(path)")
      }
    }
  }

  /// Writes as much as a generation may take: better no room now than after a certificate has been issued.
  private func probe(_ root: borrowing OpenDirectory) throws(CredentialsError) {
    let name = ".write-test"
    let pending = OpenDirectory.pending(name)
    root.discard(pending)
    do throws(CredentialsError) {
      try root.create(pending, [UInt8](repeating: 0, count: 1 << 16), access: access)
      try root.remove(pending)
    } catch {
      root.discard(pending)
      throw error
    }
    // tbot leaves this file, empty.
    try root.remove(name)
    try root.create(name, [], access: access)
  }

  /// The directory itself lasts only if its parent's names do.
  private func syncParent() throws(CredentialsError) {
    let parts = path.split(separator: "/")
    let parent =
      (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
    let location = parent.isEmpty ? "." : parent
    do throws(SystemCallError) {
      let directory = try OpenDirectory(
        path: location, followingLinks: true, fileSystem: fileSystem)
      try OpenDirectory.uninterrupted { () throws(SystemCallError) in
        try fileSystem.sync(directory.descriptor)
      }
    } catch {
      // Who may not read it cannot sync it, and some volumes cannot sync directories.
      guard [EACCES, EPERM, EINVAL].contains(error.code) else {
        throw CredentialsError(error, "sync \(location)")
      }
    }
  }
}
