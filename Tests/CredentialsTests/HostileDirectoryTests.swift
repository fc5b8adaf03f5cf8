import Credentials
import FileFaults
import FoundationEssentials
import Glibc
import Testing

/// Directories that somebody else had a hand in.
@Suite struct HostileDirectoryTests {
  private static let generation = CrashScenario.generations[0]

  private func failure(_ publisher: DirectoryPublisher) -> CredentialsError? {
    let error = #expect(throws: CredentialsError.self) { try publisher.prepare() }
    #expect(error?.code == .inaccessible)
    #expect(error?.message.contains(publisher.path) == true)
    // Whoever changes the directory between the two is noticed as well.
    #expect(throws: CredentialsError.self) {
      try publisher.publish(Self.generation, generation: "1")
    }
    return error
  }

  @Test(arguments: [0o777, 0o1777, 0o755, 0o704, 0o702, 0o701, 0o770, 0o750, 0o740] as [mode_t])
  func openToTheWorldOrTheGroupIsRefused(mode: mode_t) throws {
    let directory = try TemporaryDirectory()
    chmod(directory.path, mode)
    let message = try #require(failure(DirectoryPublisher(path: directory.path))).message
    #expect(message.contains("chmod 0700"))
    #expect(message.contains("inside the volume"))
    #expect(try names(directory.path) == [])
  }

  @Test(arguments: [0o777, 0o755, 0o770, 0o720] as [mode_t])
  func aGroupMayReadButNotWrite(mode: mode_t) throws {
    let directory = try TemporaryDirectory()
    chmod(directory.path, mode)
    let publisher = DirectoryPublisher(path: directory.path, access: .group(getegid()))
    #expect(failure(publisher)?.message.contains("chmod 0750") == true)
    #expect(try names(directory.path) == [])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func aStrangersDirectoryIsRefused() throws {
    let directory = try TemporaryDirectory()
    chown(directory.path, 12345, gid_t.max)
    #expect(failure(DirectoryPublisher(path: directory.path))?.message.contains("12345") == true)
    #expect(try names(directory.path) == [])
  }

  @Test(.enabled(if: geteuid() == 0, "only root is in any group"))
  func aGroupGetsItsFiles() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/identity"
    let publisher = DirectoryPublisher(path: path, access: .group(4711))
    try publisher.prepare()
    try publisher.publish(Self.generation, generation: "1")
    try publisher.writeMark("mark", "text")
    for (name, expected) in [
      ("", 0o750), ("/..1", 0o750), ("/..1/key", 0o640), ("/mark", 0o640), ("/.write-test", 0o640),
    ] as [(String, mode_t)] {
      var status = stat()
      #expect(lstat(path + name, &status) == 0)
      #expect(status.st_gid == 4711, "\(name)")
      #expect(status.st_mode & 0o7777 == expected, "\(name)")
    }
    // A directory that was the owner's alone is opened for the group, once it is asked for.
    chmod(path, 0o700)
    #expect(throws: CredentialsError.self) {
      try publisher.publish(Self.generation, generation: "2")
    }
    try publisher.prepare()
    #expect(mode(path) == 0o750)
  }

  @Test(arguments: [FileAccess.owner, .group(getegid())], [0o777, 0o277, 0o077, 0] as [UInt32])
  func modesDoNotDependOnTheUmask(access: FileAccess, umask: UInt32) throws {
    let directory = try TemporaryDirectory()
    let scratch = try TemporaryDirectory()
    let path = directory.path + "/identity"
    let publisher = DirectoryPublisher(
      path: path, access: access,
      fileSystem: FaultyFileSystem(scratch: scratch.path, umask: umask))
    // Who is not root cannot open what it may not read; a umask that takes the owner's rights is for root.
    guard umask & 0o700 == 0 || geteuid() == 0 else { return }
    try publisher.prepare()
    try publisher.publish(Self.generation, generation: "1")
    for (name, mode) in try Snapshot(path).modes {
      let isDirectory = name.isEmpty || name == "..1"
      #expect(mode == (isDirectory ? access.directoryMode : access.fileMode), "\(name)")
    }
  }

  /// Names that lead out of the directory: whatever stands there is replaced, and what they lead to stays as it is.
  @Test func plantedLinksAreReplacedAndNeverFollowed() throws {
    let directory = try TemporaryDirectory()
    let victim = try TemporaryDirectory()
    let path = directory.path
    for name in ["key", "file"] { try write("precious", to: "\(victim.path)/\(name)") }
    let names = Self.generation.keys.map(\.rawValue)
    for name in names + [".write-test", "mark"] + names.map({ "..\($0)_tmp" }) + ["..mark_tmp"] {
      symlink("\(victim.path)/file", "\(path)/\(name)")
    }
    for name in ["..data", "..data_tmp", "..9"] { symlink(victim.path, "\(path)/\(name)") }
    let publisher = DirectoryPublisher(path: path)
    try publisher.prepare()
    try publisher.writeMark("mark", "text")
    try publisher.publish(Self.generation, generation: "1")
    let snapshot = try Snapshot(path)
    #expect(snapshot.target == "..1")
    let isWhole = Self.generation.named.allSatisfy { snapshot.top[$0.key] == $0.value }
    #expect(isWhole)
    #expect(try publisher.readMark("mark") == "text")
    #expect(snapshot.generations == ["..1"])
    for name in ["key", "file"] {
      #expect(try String(contentsOfFile: "\(victim.path)/\(name)", encoding: .utf8) == "precious")
    }
    #expect(try CredentialsTests.names(victim.path) == ["file", "key"])
  }

  @Test(arguments: ["..", "../x", "a/b", "", "data", "x_tmp", "a b", "\n"])
  func aGenerationsNameIsAName(name: String) throws {
    let directory = try TemporaryDirectory()
    let publisher = DirectoryPublisher(path: directory.path)
    let error = #expect(throws: CredentialsError.self) {
      try publisher.publish(Self.generation, generation: name)
    }
    #expect(error?.code == .malformed)
    #expect(try names(directory.path) == [])
  }

  @Test(arguments: ["..x", ".hidden", "a/b", "", "key", "lock", "tlscacerts"])
  func aMarkTakesNoNameOfAnother(name: String) throws {
    let directory = try TemporaryDirectory()
    let publisher = DirectoryPublisher(path: directory.path)
    for attempt in [
      { try publisher.writeMark(name, "x") }, { try publisher.removeMark(name) },
      { _ = try publisher.readMark(name) },
    ] {
      #expect(#expect(throws: CredentialsError.self) { try attempt() }?.code == .malformed)
    }
    #expect(try names(directory.path) == [])
  }

  @Test func aPipeIsNotWaitedFor() throws {
    let directory = try TemporaryDirectory()
    let publisher = DirectoryPublisher(path: directory.path)
    mkfifo(directory.path + "/mark", 0o600)
    #expect(try publisher.readMark("mark") == "")
  }
}
