import Glibc

/// System calls that turn errno into an error with the path in it.
enum FileSystemCall {
  static func check(
    _ result: Int32, _ action: String, _ path: String
  ) throws(CredentialsError) {
    if result == 0 { return }
    throw error(errno, action, path)
  }

  static func error(_ code: Int32, _ action: String, _ path: String) -> CredentialsError {
    CredentialsError(
      code == ENOENT ? .notReady : .inaccessible,
      "cannot \(action) \(path): \(String(cString: strerror(code)))")
  }

  /// Writes a new file and makes it durable.
  static func write(
    _ content: String, to name: String, in directory: Int32, mode: mode_t, path: String
  ) throws(CredentialsError) {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = openat(directory, name, flags, mode)
    guard file >= 0 else { throw error(errno, "create", path) }
    defer { close(file) }
    var rest = Array(content.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw error(errno, "write", path) }
      rest = rest.dropFirst(written)
    }
    try check(fsync(file), "sync", path)
  }

  /// Reads a whole regular file; not through a symbolic link.
  static func read(_ name: String, in directory: Int32, path: String) throws(CredentialsError)
    -> String
  {
    let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw error(errno, "read", path) }
    defer { close(file) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw error(errno, "read", path) }
      if count == 0 { return String(decoding: content, as: UTF8.self) }
      content += buffer[..<count]
      guard content.count <= 1 << 20 else {
        throw CredentialsError(.malformed, "\(path) is larger than any credential")
      }
    }
  }
}
