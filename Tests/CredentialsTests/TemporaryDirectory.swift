import FoundationEssentials
import Glibc

/// A directory of its own for one test.
struct TemporaryDirectory: ~Copyable {
  let path: String

  /// - Parameter inMemory: below /dev/shm, for tests that sync a lot.
  init(inMemory: Bool = false) throws {
    let parent =
      inMemory && access("/dev/shm", W_OK) == 0
      ? "/dev/shm" : FileManager.default.temporaryDirectory.path()
    path = parent + (parent.hasSuffix("/") ? "" : "/") + "credentials-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    // Credentials go nowhere else.
    chmod(path, 0o700)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Names in a directory, sorted; hidden ones too.
func names(_ path: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: path).sorted()
}

func mode(_ path: String) -> mode_t {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

func write(_ text: String, to path: String) throws {
  try Data(text.utf8).write(to: URL(filePath: path))
}
