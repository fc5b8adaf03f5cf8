import Credentials
import Dispatch
import FoundationEssentials
import Glibc
import Operations
import Synchronization
import Testing

/// One writer and many readers, as fast as they can.
@Suite(.timeLimit(.minutes(1))) struct ReaderRaceTests {
  private static let publications = 5000
  private typealias Files = [PublishedFile: Secret<String>]

  /// Each with a CA of its own; what is not read is left out, for speed.
  private static func identities() throws -> [Files] {
    try (0..<32).map { _ in
      try TestAuthority().credentials().files.filter {
        [.key, .certificate, .hostCA].contains($0.key)
      }
    }
  }

  private struct Sightings: Sendable {
    var whole = 0
    var torn = 0
    /// Went under while it was being read; tried again.
    var superseded = 0
    var failures: [String] = []
    var generations: Set<String> = []
  }

  private struct Race: Sendable {
    let path: String
    /// Certificate and CA by key.
    let expected: [String: [String]]
    let state: State

    func read(_ look: @Sendable (inout Sightings) -> [String?]?) -> Sightings {
      var seen = Sightings()
      var isSatisfied = false
      while !state.isOver.load(ordering: .acquiring) {
        guard let texts = look(&seen) else { continue }
        let parts = texts.compactMap { $0 }
        guard parts.count == 3 else {
          seen.superseded += 1
          continue
        }
        if expected[parts[0]] == [parts[1], parts[2]] { seen.whole += 1 } else { seen.torn += 1 }
        seen.generations.insert(parts[1])
        if !isSatisfied, seen.whole > 100, seen.generations.count > 10 {
          isSatisfied = true
          state.satisfied.add(1, ordering: .releasing)
        }
      }
      return seen
    }

    /// The library's reader: never fails once something has been published.
    func libraryReader() -> Sightings {
      read { seen in
        do throws(CredentialsError) {
          let identity = try PublishedDirectory(path: path).read().identity
          return [
            identity.keyPEM.reveal(), identity.certificatePEM, identity.trustedCAPEMs.joined(),
          ]
        } catch {
          seen.failures.append("\(error.code): \(error)")
          return nil
        }
      }
    }

    /// Any program's reader that opens `..data` once and reads from there.
    func naiveReader() -> Sightings {
      read { _ in
        let directory = open(path + "/..data", O_RDONLY | O_DIRECTORY)
        // Gone between the link and what it leads to.
        guard directory >= 0 else { return [] }
        defer { close(directory) }
        return names.map { text(openat(directory, $0, O_RDONLY)) }
      }
    }

    /// A program that opens one file after the other, as most do.
    func plainReader() -> Sightings {
      read { _ in names.map { text(open("\(path)/\($0)", O_RDONLY)) } }
    }

    private var names: [String] { ["key", "tlscert", "teleport-host-ca.crt"] }

    private func text(_ file: Int32) -> String? {
      guard file >= 0 else { return nil }
      defer { close(file) }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = Glibc.read(file, &buffer, buffer.count)
      return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  @Test func amidThousandsOfPublicationsEveryPairMatches() async throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let path = directory.path
    let identities = try Self.identities()
    let publisher = DirectoryPublisher(path: path)
    try publisher.publish(identities[0], generation: "first")
    var expected: [String: [String]] = [:]
    for files in identities {
      let texts = files.named
      expected[texts["key"] ?? ""] = [texts["tlscert"] ?? "", texts["teleport-host-ca.crt"] ?? ""]
    }
    let race = Race(path: path, expected: expected, state: State())
    // Threads of their own, at once: the pool's may all be busy with other tests.
    let looks = [race.libraryReader, race.libraryReader, race.naiveReader, race.plainReader]
    let (results, done) = AsyncStream.makeStream(of: (Int, Sightings).self)
    for (index, look) in looks.enumerated() {
      DispatchQueue(label: "reader").async { done.yield((index, look())) }
    }
    let (count, failure) = try await onBlockingThread { () -> (Int, String?) in
      defer { race.state.isOver.store(true, ordering: .releasing) }
      var number = 0
      do {
        // Until every reader has seen enough to tell.
        while number < Self.publications || race.state.satisfied.load(ordering: .acquiring) < 4 {
          try publisher.publish(identities[number % identities.count], generation: "\(number)")
          number += 1
        }
      } catch {
        return (number, "\(error)")
      }
      return (number, nil)
    }
    var sightings: [Int: Sightings] = [:]
    for await (index, seen) in results {
      sightings[index] = seen
      if sightings.count == looks.count { break }
    }
    #expect(failure == nil)
    let library = try [0, 1].map { try #require(sightings[$0]) }
    for seen in library {
      #expect(seen.failures == [])
      #expect(seen.torn == 0 && seen.superseded == 0)
      #expect(seen.whole > 100 && seen.generations.count > 10)
    }
    let (direct, mixed) = (try #require(sightings[2]), try #require(sightings[3]))
    #expect(direct.torn == 0)
    #expect(direct.whole > 100 && direct.generations.count > 10)
    print(
      "reads amid \(count) publications: PublishedDirectory \(library[0].whole + library[1].whole)",
      "whole, 0 torn; ..data \(direct.whole) whole, 0 torn, \(direct.superseded) superseded;",
      "file by file \(mixed.whole) whole, \(mixed.torn) torn")
    #expect(count >= Self.publications)
    #expect(
      try names(path).filter { $0.hasPrefix("..") }.sorted()
        == ["..\(count - 2)", "..\(count - 1)", "..data"].sorted())
  }

  /// Why `..data` is there.
  @Test func fileByFileTwoGenerationsMix() throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let path = directory.path
    let identities = try Self.identities()
    let publisher = DirectoryPublisher(path: path)
    try publisher.publish(identities[0], generation: "0")
    let key = try String(contentsOfFile: path + "/key", encoding: .utf8)
    let opened = open(path + "/..data", O_RDONLY | O_DIRECTORY)
    defer { close(opened) }
    try publisher.publish(identities[1], generation: "1")
    let certificate = try String(contentsOfFile: path + "/tlscert", encoding: .utf8)
    #expect(
      #expect(throws: CredentialsError.self) {
        try TLSIdentity(
          certificatePEM: certificate, keyPEM: Secret(key), trustedCAPEMs: [certificate],
          source: "two generations")
      }?.code == .mismatch)
    let held = "/proc/self/fd/\(opened)/tlscert"
    _ = try TLSIdentity(
      certificatePEM: String(contentsOfFile: held, encoding: .utf8), keyPEM: Secret(key),
      trustedCAPEMs: [certificate], source: "one generation")
  }

  private final class State: Sendable {
    let isOver = Atomic(false)
    /// How many readers have seen enough.
    let satisfied = Atomic(0)
  }
}
