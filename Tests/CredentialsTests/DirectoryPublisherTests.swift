import Credentials
import FoundationEssentials
import Glibc
import Testing

@Suite struct DirectoryPublisherTests {
  private let authority: TestAuthority

  init() throws { authority = try TestAuthority() }

  /// Publishes a new generation and returns its certificate.
  @discardableResult
  private func publish(_ name: String, to path: String) throws -> String {
    let credentials = try authority.credentials()
    let publisher = DirectoryPublisher(path: path)
    try publisher.prepare()
    try publisher.publish(credentials.files, generation: name)
    return credentials.certificatePEM
  }

  private func generations(_ path: String) throws -> [String] {
    try names(path).filter { $0.hasPrefix("..") && $0 != "..data" }
  }

  private func certificate(in path: String) throws -> String {
    try PublishedDirectory(path: path).read().identity.certificatePEM
  }

  private func failure(_ path: String) -> CredentialsError? {
    #expect(throws: CredentialsError.self) { try DirectoryPublisher(path: path).prepare() }
  }

  @Test func filesAndDirectoriesAreForTheOwnerOnly() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/identity"
    try publish("1", to: path)
    #expect(mode(path) == 0o700)
    #expect(mode(path + "/..1") == 0o700)
    for file in try names(path + "/..1") { #expect(mode("\(path)/..1/\(file)") == 0o600) }
    #expect(mode(path + "/.write-test") == 0o600)
  }

  @Test func theLayoutIsThatOfAKubernetesVolume() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/identity"
    try publish("1", to: path)
    let files = [
      "identity", "key", "key-cert.pub", "key.pub", "known_hosts", "teleport-host-ca.crt",
      "teleport-user-ca.crt", "tlscert",
    ]
    #expect(try names(path + "/..1") == files)
    #expect(try names(path) == ["..1", "..data", ".write-test"] + files)
    let manager = FileManager.default
    #expect(try manager.destinationOfSymbolicLink(atPath: path + "/..data").hasSuffix("..1"))
    for file in files {
      let target = try manager.destinationOfSymbolicLink(atPath: "\(path)/\(file)")
      #expect(target.hasSuffix("..data/\(file)"))
      #expect(
        manager.contents(atPath: "\(path)/\(file)")
          == manager.contents(atPath: "\(path)/..1/\(file)"))
    }
  }

  @Test func thePreviousGenerationStaysAndOlderOnesGo() throws {
    let directory = try TemporaryDirectory()
    try publish("1", to: directory.path)
    #expect(try generations(directory.path) == ["..1"])
    try publish("2", to: directory.path)
    #expect(try generations(directory.path) == ["..1", "..2"])
    // Names need not be in order: a clock may go back.
    try publish("0", to: directory.path)
    #expect(try generations(directory.path) == ["..0", "..2"])
  }

  @Test func leftoversOfACrashDoNotDisturb() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path
    try publish("1", to: path)
    // Half a generation with a newer name, a link to it that was not switched to, and half a top-level name.
    try FileManager.default.createDirectory(
      atPath: path + "/..9", withIntermediateDirectories: false)
    try write("half a key", to: path + "/..9/key")
    symlink("..9", path + "/..data_tmp")
    symlink("..data/tlscert", path + "/..tlscert_tmp")
    unlink(path + "/tlscert")
    let before = try certificate(in: path)
    let after = try publish("2", to: path)
    #expect(before != after)
    #expect(try certificate(in: path) == after)
    #expect(try generations(path).filter { !$0.hasSuffix("_tmp") } == ["..1", "..2"])
    #expect(FileManager.default.contents(atPath: path + "/tlscert") != nil)
    #expect(access(path + "/..data_tmp", F_OK) != 0)
  }

  @Test func filesThatTbotLeftAreReplaced() throws {
    let directory = try TemporaryDirectory()
    try write("old", to: directory.path + "/tlscert")
    let published = try publish("1", to: directory.path)
    let content = FileManager.default.contents(atPath: directory.path + "/tlscert") ?? Data()
    #expect(String(decoding: content, as: UTF8.self) == published)
  }

  @Test func aFailureBeforeTheSwitchChangesNothing() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path
    let before = try publish("1", to: path)
    // A directory in the place of the link: the switch cannot be made.
    try FileManager.default.createDirectory(
      atPath: path + "/..data_tmp/x", withIntermediateDirectories: true)
    let error = #expect(throws: CredentialsError.self) { try publish("2", to: path) }
    #expect(error?.code == .inaccessible)
    #expect(error?.message.contains(path) == true)
    #expect(try certificate(in: path) == before)
    #expect(try generations(path) == ["..1", "..data_tmp"])
  }

  @Test func aNameThatIsTakenIsRefusedAndTheOtherGenerationStays() throws {
    let directory = try TemporaryDirectory()
    let before = try publish("1", to: directory.path)
    #expect(throws: CredentialsError.self) { try publish("1", to: directory.path) }
    #expect(try certificate(in: directory.path) == before)
  }

  @Test func whereNothingCanBeWrittenNothingChanges() throws {
    let directory = try TemporaryDirectory()
    let before = try publish("1", to: directory.path)
    let files = try authority.credentials().files
    for path in ["/proc/teleport-identity", directory.path + "/tlscert/below"] {
      let error = try #require(failure(path))
      #expect(error.code == .inaccessible)
      #expect(error.message.contains(path))
      #expect(throws: CredentialsError.self) {
        try DirectoryPublisher(path: path).publish(files, generation: "2")
      }
    }
    #expect(try certificate(in: directory.path) == before)
  }

  @Test func aSlashAtTheEndDoesNotMatter() throws {
    let directory = try TemporaryDirectory()
    try publish("1", to: directory.path + "/identity//")
    #expect(try generations(directory.path + "/identity") == ["..1"])
    // With one, the kernel would follow the link.
    symlink(directory.path + "/identity", directory.path + "/link")
    #expect(try #require(failure(directory.path + "/link/")).message.contains("not a directory"))
  }

  @Test func aFileOrALinkIsNoDestination() throws {
    let directory = try TemporaryDirectory()
    try write("", to: directory.path + "/file")
    symlink(directory.path, directory.path + "/link")
    for name in ["file", "link"] {
      let error = try #require(failure(directory.path + "/" + name))
      #expect(error.code == .inaccessible)
      #expect(error.message.contains("not a directory"))
    }
    #expect(throws: CredentialsError.self) {
      try DirectoryPublisher(path: directory.path + "/link").publish([:], generation: "1")
    }
    #expect(try names(directory.path) == ["file", "link"])
  }

  @Test func preparingTwiceIsFine() throws {
    let directory = try TemporaryDirectory()
    let publisher = DirectoryPublisher(path: directory.path + "/identity")
    try publisher.prepare()
    try publisher.prepare()
    #expect(try names(directory.path + "/identity") == [".write-test"])
  }
}
