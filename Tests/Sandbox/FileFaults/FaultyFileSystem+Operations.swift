import Credentials
import FoundationEssentials
import Glibc

extension FaultyFileSystem {
  public func openDirectory(
    _ path: String, followingLinks: Bool
  ) throws(SystemCallError) -> Int32 {
    try perform("open \(path)", discard: drop) { () throws(SystemCallError) in
      try real.openDirectory(path, followingLinks: followingLinks)
    }
  }

  public func openDirectory(_ name: String, in directory: Int32) throws(SystemCallError) -> Int32 {
    try perform("open \(name)", discard: drop) { () throws(SystemCallError) in
      try real.openDirectory(name, in: directory)
    }
  }

  public func makeDirectory(_ path: String, mode: UInt32) throws(SystemCallError) {
    try perform("mkdir \(path)") { () throws(SystemCallError) in
      try real.makeDirectory(path, mode: mode & ~umask)
      state.withLock { $0.volatile.made(path) }
    }
  }

  public func makeDirectory(
    _ name: String, in directory: Int32, mode: UInt32
  ) throws(SystemCallError) {
    try perform("mkdir \(name)") { () throws(SystemCallError) in
      try real.makeDirectory(name, in: directory, mode: mode & ~umask)
      state.withLock { $0.volatile.made(Self.path(name, directory)) }
    }
  }

  public func createFile(
    _ name: String, in directory: Int32, mode: UInt32
  ) throws(SystemCallError) -> Int32 {
    try perform("create \(name)", discard: drop) { () throws(SystemCallError) in
      let file = try real.createFile(name, in: directory, mode: mode & ~umask)
      state.withLock { $0.volatile.made(Self.path(name, directory)) }
      return file
    }
  }

  public func openFile(_ name: String, in directory: Int32) throws(SystemCallError) -> Int32 {
    try perform("open \(name)", discard: drop) { () throws(SystemCallError) in
      try real.openFile(name, in: directory)
    }
  }

  public func openLock(
    _ name: String, in directory: Int32, mode: UInt32
  ) throws(SystemCallError) -> Int32 {
    try perform("open \(name)", discard: drop) { () throws(SystemCallError) in
      let isNew = access(Self.path(name, directory), F_OK) != 0
      let file = try real.openLock(name, in: directory, mode: mode & ~umask)
      if isNew { state.withLock { $0.volatile.made(Self.path(name, directory)) } }
      return file
    }
  }

  public func read(_ file: Int32, count: Int) throws(SystemCallError) -> [UInt8] {
    try perform("read \(Self.name(file))") { () throws(SystemCallError) in
      try real.read(file, count: count)
    }
  }

  public func write(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(SystemCallError) -> Int {
    try perform(
      "write \(Self.name(file))", record: { $0.wrote(file) },
      half: { () throws(SystemCallError) in
        self.state.withLock { $0.volatile.wrote(file) }
        return try self.real.write(bytes.prefix((bytes.count + 1) / 2), to: file)
      },
      body: { () throws(SystemCallError) in try real.write(bytes, to: file) })
  }

  public func truncate(_ file: Int32) throws(SystemCallError) {
    try perform(
      "truncate \(Self.name(file))", record: { $0.wrote(file) },
      body: { () throws(SystemCallError) in try real.truncate(file) })
  }

  public func sync(_ descriptor: Int32) throws(SystemCallError) {
    try perform("sync \(Self.name(descriptor))") { () throws(SystemCallError) in
      try real.sync(descriptor)
      state.withLock { $0.volatile.synced(descriptor) }
    }
  }

  public func lock(_ descriptor: Int32) throws(SystemCallError) {
    try perform("lock \(Self.name(descriptor))") { () throws(SystemCallError) in
      try real.lock(descriptor)
    }
  }

  public func setMode(_ descriptor: Int32, _ mode: UInt32) throws(SystemCallError) {
    try perform("chmod \(Self.name(descriptor))") { () throws(SystemCallError) in
      try real.setMode(descriptor, mode)
    }
  }

  public func setGroup(_ descriptor: Int32, _ group: UInt32) throws(SystemCallError) {
    try perform("chgrp \(Self.name(descriptor))") { () throws(SystemCallError) in
      try real.setGroup(descriptor, group)
    }
  }

  public func status(_ descriptor: Int32) throws(SystemCallError) -> FileStatus {
    try perform("stat \(Self.name(descriptor))") { () throws(SystemCallError) in
      try real.status(descriptor)
    }
  }

  private var drop: (Int32) -> Void { { try? self.real.close($0) } }
}
