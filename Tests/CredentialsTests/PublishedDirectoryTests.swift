import Credentials
import FoundationEssentials
import Glibc
import Operations
import Synchronization
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

  /// Names the certificate and the CA of each generation, and whether anything else was seen.
  private struct Sightings {
    var reads = 0
    var generations: Set<String> = []
    var torn: [String] = []
    var failures: [CredentialsError] = []
  }

  @Test func aReaderAmidPublicationsAlwaysSeesAWholeGeneration() async throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let publisher = DirectoryPublisher(path: directory.path)
    let generations = try (0..<24).map { _ in try TestAuthority().credentials() }
    var authorities: [String: [String]] = [:]
    for one in generations {
      authorities[try one.identity().certificate.fingerprint] = one.hostCAPEMs
    }
    // Whether the reader has seen enough to tell.
    let isOver = Atomic(false)
    let path = directory.path
    async let sightings = onBlockingThread { [authorities] in
      var seen = Sightings()
      while seen.reads < 50 || seen.generations.count < 10 {
        do throws(CredentialsError) {
          let generation = try PublishedDirectory(path: path).read()
          seen.reads += 1
          seen.generations.insert(generation.name)
          if authorities[generation.name] != generation.identity.trustedCAPEMs {
            seen.torn.append(generation.name)
          }
        } catch {
          seen.failures.append(error)
        }
      }
      isOver.store(true, ordering: .releasing)
      return seen
    }
    let files = generations.map(\.files)
    let count = try await onBlockingThread {
      var number = 0
      while number < 300 || !isOver.load(ordering: .acquiring) {
        try publisher.publish(files[number % files.count], generation: "\(10_000 + number)")
        number += 1
      }
      return number
    }
    let seen = try await sightings
    #expect(seen.torn == [])
    // Before the first publication, or asleep in the middle of two: worth another try, and said so.
    #expect(seen.failures.filter { $0.code != .notReady }.map(\.message) == [])
    #expect(
      try names(path).filter { $0.hasPrefix("..") }
        == ["..\(9998 + count)", "..\(9999 + count)", "..data"])
  }
}
