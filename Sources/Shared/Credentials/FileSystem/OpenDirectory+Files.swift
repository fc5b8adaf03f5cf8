import Glibc

extension OpenDirectory {
  /// Writes a new file and makes its content last.
  func create(
    _ name: String, _ content: [UInt8], access: FileAccess
  ) throws(CredentialsError) {
    let file = try attempt("create", name) { () throws(SystemCallError) in
      // For the owner alone, until it belongs to the group.
      try fileSystem.createFile(name, in: descriptor, mode: 0o600)
    }
    do throws(CredentialsError) {
      try apply(access.fileMode, access, to: file, name)
      try write(content, to: file, name)
      try attempt("sync", name) { () throws(SystemCallError) in try fileSystem.sync(file) }
    } catch {
      try? fileSystem.close(file)
      throw error
    }
    // Some volumes tell only now that they could not write.
    do throws(SystemCallError) {
      try fileSystem.close(file)
    } catch {
      // Interrupted, it has been closed all the same.
      if error.code != EINTR { throw failure(error, "write", name) }
    }
  }

  /// Exactly this mode, whatever the umask is.
  func apply(
    _ mode: UInt32, _ access: FileAccess, to descriptor: Int32, _ name: String? = nil
  ) throws(CredentialsError) {
    if case .group(let group) = access {
      try attempt("give group \(group)", name) { () throws(SystemCallError) in
        try fileSystem.setGroup(descriptor, group)
      }
    }
    try attempt("set the mode of", name) { () throws(SystemCallError) in
      try fileSystem.setMode(descriptor, mode)
    }
  }

  func write(
    _ content: [UInt8], to file: Int32, _ name: String
  ) throws(CredentialsError) {
    var rest = content[...]
    while !rest.isEmpty {
      let count = try attempt("write", name) { () throws(SystemCallError) in
        let count = try fileSystem.write(rest, to: file)
        // No progress and no error would go on forever.
        guard count > 0 else { throw SystemCallError(code: EIO) }
        return count
      }
      rest = rest.dropFirst(count)
    }
  }

  /// The content of a regular file; nil where there is none of that name. Symbolic links are not followed.
  ///
  /// - Throws: `.malformed` where it is no text, or too long.
  func text(_ name: String) throws(CredentialsError) -> String? {
    let file: Int32
    do throws(SystemCallError) {
      file = try Self.uninterrupted { () throws(SystemCallError) in
        try fileSystem.openFile(name, in: descriptor)
      }
    } catch {
      if error.code == ENOENT { return nil }
      throw failure(error, "read", name)
    }
    defer { try? fileSystem.close(file) }
    var content: [UInt8] = []
    while true {
      let bytes = try attempt("read", name) { () throws(SystemCallError) in
        try fileSystem.read(file, count: 16384)
      }
      if bytes.isEmpty { break }
      content += bytes
      guard content.count <= Self.sizeLimit else {
        throw CredentialsError(.malformed, "\(path)/\(name) is larger than any credential")
      }
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw CredentialsError(.malformed, "\(path)/\(name) is not a text")
    }
    return text
  }
}
