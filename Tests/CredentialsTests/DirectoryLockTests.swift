import Credentials
import FoundationEssentials
import Glibc
import Testing

@Suite struct DirectoryLockTests {
  private func prepared(_ path: String) throws -> DirectoryPublisher {
    let publisher = DirectoryPublisher(path: path)
    try publisher.prepare()
    return publisher
  }

  @Test func onlyOneHoldsItAndTheOtherIsToldWho() throws {
    let directory = try TemporaryDirectory()
    let publisher = try prepared(directory.path)
    let lock = try publisher.lock()
    let error = #expect(throws: CredentialsError.self) { try publisher.lock() }
    #expect(error?.code == .inUse)
    #expect(error?.message.contains("pid \(getpid())") == true)
    #expect(error?.message.contains(directory.path) == true)
    #expect(mode(directory.path + "/lock") == 0o600)
    lock.release()
    lock.release()
    _ = try publisher.lock()
  }

  @Test func itEndsWithItsValueAndWithItsProcess() throws {
    let directory = try TemporaryDirectory()
    let publisher = try prepared(directory.path)
    do { _ = try publisher.lock() }
    // Of a process that is dead, whose ID is still written there.
    try write("1\n", to: directory.path + "/lock")
    let lock = try publisher.lock()
    let content = try String(contentsOfFile: directory.path + "/lock", encoding: .utf8)
    #expect(content == "\(getpid())\n")
    lock.release()
  }

  /// As a program has that is just being started, until it runs.
  @Test func aCopyOfTheDescriptorDoesNotKeepIt() throws {
    let directory = try TemporaryDirectory()
    let publisher = try prepared(directory.path)
    let lock = try publisher.lock()
    let descriptor = try #require(
      try names("/proc/self/fd").compactMap(Int32.init).first { descriptor in
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
        let path = buffer[..<max(0, count)].map(UInt8.init(bitPattern:))
        return String(decoding: path, as: UTF8.self) == directory.path + "/lock"
      })
    let copy = dup(descriptor)
    #expect(copy >= 0)
    defer { close(copy) }
    lock.release()
    _ = try publisher.lock()
  }

  @Test func publicationsGoOnWhileItIsHeld() throws {
    let directory = try TemporaryDirectory()
    let publisher = try prepared(directory.path)
    let lock = try publisher.lock()
    try publisher.prepare()
    try publisher.publish(try TestAuthority().credentials().files, generation: "1")
    #expect(try names(directory.path).contains("lock"))
    lock.release()
  }

  @Test func aLinkInItsPlaceIsNotFollowed() throws {
    let directory = try TemporaryDirectory()
    let victim = try TemporaryDirectory()
    let publisher = try prepared(directory.path)
    try write("precious", to: victim.path + "/file")
    symlink(victim.path + "/file", directory.path + "/lock")
    #expect(throws: CredentialsError.self) { try publisher.lock() }
    #expect(try String(contentsOfFile: victim.path + "/file", encoding: .utf8) == "precious")
  }

  @Test func ofTwoPublishersAtATimeOneIsRefused() throws {
    let directory = try TemporaryDirectory()
    let publisher = try prepared(directory.path)
    let other = open(directory.path, O_RDONLY | O_DIRECTORY)
    defer { close(other) }
    #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    let files = try TestAuthority().credentials().files
    for attempt in [
      { try publisher.prepare() }, { try publisher.publish(files, generation: "1") },
      { try publisher.writeMark("mark", "text") },
    ] {
      let error = #expect(throws: CredentialsError.self) { try attempt() }
      #expect(error?.code == .inUse)
    }
    #expect(try names(directory.path) == [".write-test"])
    flock(other, LOCK_UN)
    try publisher.publish(files, generation: "1")
  }
}
