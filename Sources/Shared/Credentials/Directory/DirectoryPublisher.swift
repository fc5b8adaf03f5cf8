import FoundationEssentials
import Glibc
import Operations

/// Publishes generations of credentials into a directory, each as a whole.
///
/// The files of a generation stand in a directory of their own, `..<name>`; `..data` points to the current one and
/// every file name points through `..data`, as kubelet does for Secret volumes. The switch is one rename.
///
/// - Guarantees: a reader that opens `..data` once sees one whole generation; a crash at any point leaves the old
///   generation or the new one; files are 0600 in directories of 0700; the previous generation stays until the next
///   publication, for readers that are just in it.
/// - Assumptions: one publisher per directory; the directory supports rename and symbolic links.
public struct DirectoryPublisher: Sendable {
  static let current = "..data"
  private static let pending = "..data_tmp"

  public let path: String

  public init(path: String) { self.path = path }

  /// Makes the directory if it is missing and checks that it can hold secrets. Blocks.
  ///
  /// - Throws: `.inaccessible` where it cannot be written, is not a directory, or others may write into it.
  public func prepare() throws(CredentialsError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      // A parent that is missing is nothing that time mends.
      let reason = FileSystemCall.error(errno, "create", path)
      throw CredentialsError(.inaccessible, reason.message)
    }
    var status = stat()
    try FileSystemCall.check(lstat(path, &status), "look at", path)
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw CredentialsError(.inaccessible, "\(path) is not a directory")
    }
    // Sticky bits do not help: a file that others can create, others can also name first.
    guard status.st_mode & 0o002 == 0 else {
      throw CredentialsError(
        .inaccessible, "\(path) can be written by everybody; use a directory of mode 0700")
    }
    let directory = try open()
    defer { close(directory) }
    let probe = ".write-test"
    unlinkat(directory, probe, 0)
    try FileSystemCall.write("", to: probe, in: directory, mode: 0o600, path: "\(path)/\(probe)")
  }

  /// Writes a new generation and switches to it. Blocks.
  ///
  /// - Parameter name: of the generation; unique, made of characters that file names may have.
  /// - Throws: before the switch, and then nothing has changed for readers; or where the switch cannot be synced or a
  ///   name is taken by a directory, and then the new generation is the current one.
  public func publish(
    _ files: [PublishedFile: Secret<String>], generation name: String
  ) throws(CredentialsError) {
    let root = try open()
    defer { close(root) }
    let generation = "..\(name)"
    let location = "\(path)/\(generation)"
    try FileSystemCall.check(mkdirat(root, generation, 0o700), "create", location)
    let directory = openat(root, generation, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { throw FileSystemCall.error(errno, "open", location) }
    defer { close(directory) }
    let previous = Self.target(of: Self.current, in: root)
    do throws(CredentialsError) {
      for file in PublishedFile.allCases {
        guard let content = files[file] else { continue }
        try FileSystemCall.write(
          content.reveal(), to: file.rawValue, in: directory, mode: 0o600,
          path: "\(location)/\(file.rawValue)")
      }
      try FileSystemCall.check(fsync(directory), "sync", location)
      try switchTo(generation, in: root)
    } catch {
      Self.remove(generation, in: root)
      throw error
    }
    // From here on the new generation is the current one, whatever fails.
    try FileSystemCall.check(fsync(root), "sync", path)
    // After the switch, so that a name never leads nowhere.
    try link(names: files.keys.map(\.rawValue), in: root)
    removeGenerations(except: [generation, previous ?? generation], in: root)
  }

  private func open() throws(CredentialsError) -> Int32 {
    let directory = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { throw FileSystemCall.error(errno, "open", path) }
    return directory
  }

  private func switchTo(_ generation: String, in root: Int32) throws(CredentialsError) {
    unlinkat(root, Self.pending, 0)
    try FileSystemCall.check(
      symlinkat(generation, root, Self.pending), "create", "\(path)/\(Self.pending)")
    try FileSystemCall.check(
      renameat(root, Self.pending, root, Self.current), "switch", "\(path)/\(Self.current)")
  }

  /// The names that people and tools open. They lead through `..data` and never change.
  private func link(names: [String], in root: Int32) throws(CredentialsError) {
    for name in names {
      let target = "\(Self.current)/\(name)"
      if Self.target(of: name, in: root) == target { continue }
      let pending = "..\(name)_tmp"
      unlinkat(root, pending, 0)
      try FileSystemCall.check(symlinkat(target, root, pending), "create", "\(path)/\(pending)")
      try FileSystemCall.check(
        renameat(root, pending, root, name), "create", "\(path)/\(name)")
    }
  }

  private static func target(of name: String, in root: Int32) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlinkat(root, name, &buffer, buffer.count)
    guard count >= 0 else { return nil }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Also removes what a crash has left half-written.
  private func removeGenerations(except kept: [String], in root: Int32) {
    guard let entries = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
    for name in entries
    where name.hasPrefix("..") && name != Self.current && !name.hasSuffix("_tmp")
      && !kept.contains(name)
    {
      Self.remove(name, in: root)
    }
  }

  private static func remove(_ generation: String, in root: Int32) {
    let directory = openat(root, generation, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { return }
    for file in PublishedFile.allCases { unlinkat(directory, file.rawValue, 0) }
    close(directory)
    unlinkat(root, generation, AT_REMOVEDIR)
  }
}
