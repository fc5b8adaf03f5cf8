import Credentials
import FoundationEssentials
import Glibc

extension FaultyFileSystem {
  public func makeLink(
    _ name: String, to target: String, in directory: Int32
  ) throws(SystemCallError) {
    try perform("symlink \(name)") { () throws(SystemCallError) in
      try real.makeLink(name, to: target, in: directory)
      state.withLock { $0.volatile.made(Self.path(name, directory)) }
    }
  }

  public func readLink(_ name: String, in directory: Int32) throws(SystemCallError) -> String {
    try perform("readlink \(name)") { () throws(SystemCallError) in
      try real.readLink(name, in: directory)
    }
  }

  public func rename(
    _ name: String, to other: String, in directory: Int32
  ) throws(SystemCallError) {
    let (old, new) = (Self.path(name, directory), Self.path(other, directory))
    try perform(
      "rename \(name) \(other)",
      record: { volatile in
        // Taken back in reverse order: the new name goes, then what had it comes back, then the old name.
        volatile.willRemove(old)
        volatile.willRemove(new)
      },
      body: { () throws(SystemCallError) in
        try real.rename(name, to: other, in: directory)
        state.withLock { $0.volatile.made(new) }
      })
  }

  public func removeFile(_ name: String, in directory: Int32) throws(SystemCallError) {
    let path = Self.path(name, directory)
    try perform(
      "unlink \(name)", record: { $0.willRemove(path) },
      body: { () throws(SystemCallError) in try real.removeFile(name, in: directory) })
  }

  public func removeDirectory(_ name: String, in directory: Int32) throws(SystemCallError) {
    let path = Self.path(name, directory)
    try perform("rmdir \(name)") { () throws(SystemCallError) in
      try real.removeDirectory(name, in: directory)
      state.withLock { $0.volatile.removedDirectory(path) }
    }
  }

  public func names(in directory: Int32) throws(SystemCallError) -> [String] {
    try perform("list \(Self.name(directory))") { () throws(SystemCallError) in
      // Always the same order, so that a run can be repeated up to its fault.
      try real.names(in: directory).sorted()
    }
  }
}
