import Credentials
import FoundationEssentials
import Glibc
import Operations
import Testing

@Suite struct PublishedDirectoryTests {
  private let authority: TestAuthority

  init() throws { authority = try TestAuthority() }

  private func failure(_ path: String) -> CredentialsError? {
    #expect(throws: CredentialsError.self) { try PublishedDirectory(path: path).read() }
  }

  private func writePlainly(_ files: [PublishedFile: Secret<String>], to path: String) throws {
    for (file, content) in files { try write(content.reveal(), to: "\(path)/\(file.rawValue)") }
  }

  @Test func whatTbotWroteIsReadToo() throws {
    let directory = try TemporaryDirectory()
    let credentials = try authority.credentials(.rsa2048)
    try writePlainly(credentials.files, to: directory.path)
    let generation = try PublishedDirectory(path: directory.path).read()
    #expect(generation.identity.certificatePEM == credentials.certificatePEM)
    #expect(generation.identity.trustedCAPEMs == credentials.hostCAPEMs)
    #expect(generation.name == generation.identity.certificate.fingerprint)
  }

  @Test func aTbotCaughtInTheMiddleIsAMismatch() throws {
    let directory = try TemporaryDirectory()
    try writePlainly(try authority.credentials().files, to: directory.path)
    let key = try authority.credentials().keyPair.privateKeyPEM.reveal()
    try write(key, to: directory.path + "/key")
    #expect(failure(directory.path)?.code == .mismatch)
  }

  @Test func nothingYetIsNotReady() throws {
    let directory = try TemporaryDirectory()
    for path in [directory.path + "/missing", directory.path] {
      let error = try #require(failure(path))
      #expect(error.code == .notReady)
      #expect(error.message.contains(path))
    }
    try DirectoryPublisher(path: directory.path).prepare()
    #expect(failure(directory.path)?.code == .notReady)
  }

  @Test func aFileThatIsMissingFromAGenerationIsNamed() throws {
    let directory = try TemporaryDirectory()
    var files = try authority.credentials().files
    files[.hostCA] = nil
    try DirectoryPublisher(path: directory.path).publish(files, generation: "1")
    let error = try #require(failure(directory.path))
    #expect(error.code == .notReady)
    #expect(error.message.contains("teleport-host-ca.crt"))
  }

  @Test func rubbishIsMalformedAndAnEndlessFileIsNotRead() throws {
    let directory = try TemporaryDirectory()
    try writePlainly(try authority.credentials().files, to: directory.path)
    try write("rubbish", to: directory.path + "/tlscert")
    #expect(failure(directory.path)?.code == .malformed)
    try write(String(repeating: "x", count: 2 << 20), to: directory.path + "/tlscert")
    #expect(failure(directory.path)?.code == .malformed)
  }

  @Test func filesThatLeadElsewhereAreNotFollowed() throws {
    let directory = try TemporaryDirectory()
    let files = try authority.credentials().files
    try writePlainly(files, to: directory.path)
    rename(directory.path + "/key", directory.path + "/elsewhere")
    symlink(directory.path + "/elsewhere", directory.path + "/key")
    #expect(failure(directory.path)?.code == .inaccessible)
  }

  @Test func aLinkThatLeadsNowhereIsNotReady() throws {
    let directory = try TemporaryDirectory()
    symlink("..1", directory.path + "/..data")
    #expect(failure(directory.path)?.code == .notReady)
  }

  @Test func allFilesOfAGenerationAreReadAtOnce() throws {
    let directory = try TemporaryDirectory()
    let published = PublishedDirectory(path: directory.path)
    #expect(throws: CredentialsError.self) { try published.texts() }
    #expect(try published.text(of: .key) == nil)
    let files = try authority.credentials().files
    try DirectoryPublisher(path: directory.path).publish(files, generation: "1")
    let isWhole = try published.texts() == files
    #expect(isWhole)
    let isKey = try published.text(of: .key) == files[.key]
    #expect(isKey)
    #expect(try published.text(of: .tokenHash) == nil)
  }
}
