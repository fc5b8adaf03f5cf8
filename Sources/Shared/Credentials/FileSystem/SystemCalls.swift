import Glibc

/// The kernel's own file system. A call that a signal interrupts fails with EINTR.
public struct SystemCalls: FileSystem {
  public init() {}

  public func openDirectory(
    _ path: String, followingLinks: Bool
  ) throws(SystemCallError) -> Int32 {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW)
    return try Self.result { open(path, flags) }
  }

  public func openDirectory(_ name: String, in directory: Int32) throws(SystemCallError) -> Int32 {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    return try Self.result { openat(directory, name, flags) }
  }

  public func makeDirectory(_ path: String, mode: UInt32) throws(SystemCallError) {
    try Self.check { mkdir(path, mode) }
  }

  public func makeDirectory(
    _ name: String, in directory: Int32, mode: UInt32
  ) throws(SystemCallError) {
    try Self.check { mkdirat(directory, name, mode) }
  }

  public func createFile(
    _ name: String, in directory: Int32, mode: UInt32
  ) throws(SystemCallError) -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    return try Self.result { openat(directory, name, flags, mode) }
  }

  public func openFile(_ name: String, in directory: Int32) throws(SystemCallError) -> Int32 {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    return try Self.result { openat(directory, name, flags) }
  }

  public func openLock(
    _ name: String, in directory: Int32, mode: UInt32
  ) throws(SystemCallError) -> Int32 {
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    return try Self.result { openat(directory, name, flags, mode) }
  }

  public func read(_ file: Int32, count: Int) throws(SystemCallError) -> [UInt8] {
    var failure: SystemCallError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(SystemCallError) {
        initialized = try Self.result { Glibc.read(file, buffer.baseAddress, count) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  public func write(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(SystemCallError) -> Int {
    try Self.result { bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } }
  }

  public func truncate(_ file: Int32) throws(SystemCallError) {
    try Self.check { ftruncate(file, 0) }
  }

  public func sync(_ descriptor: Int32) throws(SystemCallError) {
    try Self.check { fsync(descriptor) }
  }

  public func close(_ descriptor: Int32) throws(SystemCallError) {
    // Never twice: interrupted, it has been closed all the same, and the number may be another thread's file by now.
    try Self.check { Glibc.close(descriptor) }
  }

  public func lock(_ descriptor: Int32) throws(SystemCallError) {
    try Self.check { flock(descriptor, LOCK_EX | LOCK_NB) }
  }

  public func unlock(_ descriptor: Int32) throws(SystemCallError) {
    try Self.check { flock(descriptor, LOCK_UN) }
  }

  public func setMode(_ descriptor: Int32, _ mode: UInt32) throws(SystemCallError) {
    try Self.check { fchmod(descriptor, mode) }
  }

  public func setGroup(_ descriptor: Int32, _ group: UInt32) throws(SystemCallError) {
    // The owner stays.
    try Self.check { fchown(descriptor, uid_t.max, group) }
  }

  public func status(_ descriptor: Int32) throws(SystemCallError) -> FileStatus {
    var status = stat()
    try Self.check { fstat(descriptor, &status) }
    return FileStatus(
      isRegularFile: status.st_mode & S_IFMT == S_IFREG, mode: status.st_mode & 0o7777,
      owner: status.st_uid, group: status.st_gid, device: UInt64(status.st_dev),
      inode: UInt64(status.st_ino))
  }

  public func makeLink(
    _ name: String, to target: String, in directory: Int32
  ) throws(SystemCallError) {
    try Self.check { symlinkat(target, directory, name) }
  }

  public func readLink(_ name: String, in directory: Int32) throws(SystemCallError) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = try Self.result { readlinkat(directory, name, &buffer, buffer.count) }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  public func rename(
    _ name: String, to other: String, in directory: Int32
  ) throws(SystemCallError) {
    try Self.check { renameat(directory, name, directory, other) }
  }

  public func removeFile(_ name: String, in directory: Int32) throws(SystemCallError) {
    try Self.check { unlinkat(directory, name, 0) }
  }

  public func removeDirectory(_ name: String, in directory: Int32) throws(SystemCallError) {
    try Self.check { unlinkat(directory, name, AT_REMOVEDIR) }
  }

  public func names(in directory: Int32) throws(SystemCallError) -> [String] {
    // A descriptor of its own, whose place in the directory nobody shares.
    let own = try openDirectory(".", in: directory)
    guard let stream = fdopendir(own) else {
      let code = errno
      Glibc.close(own)
      throw SystemCallError(code: code)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemCallError(code: errno) }
        return names
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
  }

  private static func result<Value: SignedInteger>(
    _ call: () -> Value
  ) throws(SystemCallError) -> Value {
    let value = call()
    guard value >= 0 else { throw SystemCallError(code: errno) }
    return value
  }

  private static func check(_ call: () -> Int32) throws(SystemCallError) { _ = try result(call) }
}
