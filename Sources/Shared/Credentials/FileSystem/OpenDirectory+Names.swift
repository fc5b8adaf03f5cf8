import Glibc

extension OpenDirectory {
  /// Makes a directory in this one, for the owner alone.
  func makeDirectory(_ name: String) throws(CredentialsError) {
    try attempt("create", name) { () throws(SystemCallError) in
      try fileSystem.makeDirectory(name, in: descriptor, mode: 0o700)
    }
  }

  /// Makes a name a symbolic link, in place of what it is now, in one step.
  func link(_ name: String, to target: String) throws(CredentialsError) {
    let pending = Self.pending(name)
    discard(pending)
    try attempt("create", pending) { () throws(SystemCallError) in
      try fileSystem.makeLink(pending, to: target, in: descriptor)
    }
    try rename(pending, to: name)
  }

  func rename(_ name: String, to other: String) throws(CredentialsError) {
    try attempt("replace", other) { () throws(SystemCallError) in
      try fileSystem.rename(name, to: other, in: descriptor)
    }
  }

  /// Where a symbolic link leads; nil for what is none, or missing.
  func target(of name: String) throws(CredentialsError) -> String? {
    do throws(SystemCallError) {
      return try Self.uninterrupted { () throws(SystemCallError) in
        try fileSystem.readLink(name, in: descriptor)
      }
    } catch {
      if error.code == ENOENT || error.code == EINVAL { return nil }
      throw failure(error, "look at", name)
    }
  }

  func isLink(_ name: String, to target: String) throws(CredentialsError) -> Bool {
    try self.target(of: name) == target
  }

  /// Removes a file or link; one that is missing is fine.
  func remove(_ name: String) throws(CredentialsError) {
    do throws(SystemCallError) {
      try Self.uninterrupted { () throws(SystemCallError) in
        try fileSystem.removeFile(name, in: descriptor)
      }
    } catch {
      if error.code != ENOENT { throw failure(error, "remove", name) }
    }
  }

  /// Removes a file, a link, or a directory of files; as far as it goes, for what stays is removed the next time.
  func discard(_ name: String) {
    guard (try? remove(name)) == nil else { return }
    if let below = try? directory(name) {
      for file in (try? below.names()) ?? [] { try? below.remove(file) }
    }
    try? Self.uninterrupted { () throws(SystemCallError) in
      try fileSystem.removeDirectory(name, in: descriptor)
    }
  }

  /// What is being made, until it gets its name.
  static func pending(_ name: String) -> String {
    (name.hasPrefix("..") ? name : "..\(name)") + "_tmp"
  }
}
