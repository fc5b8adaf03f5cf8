import Credentials
import FoundationEssentials
import Testing

/// Databases that a broken disk or a copy in the middle of a write leaves.
@Suite final class StorageFuzzTests {
  private let directory: TemporaryDirectory
  private let original: [UInt8]

  init() throws {
    directory = try TemporaryDirectory(inMemory: true)
    do {
      let database = try TestDatabase.create(in: directory.path)
      for number in 0..<60 { try database.put("/ids/other/\(number)", "value \(number)") }
      try database.put("/ids/admin/current", String(repeating: "{\"spec\":\"secret\"}", count: 400))
    }
    let path = directory.path + "/proc/sqlite.db"
    original = Array(FileManager.default.contents(atPath: path) ?? Data())
  }

  @Test func whateverTheFileIsItIsReadOrRefused() throws {
    #expect(original.count > 8192)
    var fuzzer = Fuzzer("database")
    var texts = ErrorTexts(known: "/ids/admin/current")
    var (refused, read) = (0, 0)
    let storage = ProcessStorage(dataDirectory: directory.path, patience: .milliseconds(1))
    func feed(_ bytes: [UInt8], _ what: String) throws {
      let comment: Comment = "FUZZ_SEED=\(fuzzer.seed), \(what)"
      try Data(bytes).write(to: URL(filePath: storage.path))
      do {
        _ = try storage.value("/ids/admin/current")
        read += 1
      } catch {
        texts.check(error, of: bytes, comment)
        refused += 1
      }
      do {
        _ = try AdminIdentity(dataDirectory: directory.path)
        Issue.record(comment)
      } catch {
        texts.check(error, of: bytes, comment)
      }
      #expect(try names(directory.path + "/proc") == ["sqlite.db"], comment)
      let isUnchanged = FileManager.default.contents(atPath: storage.path) == Data(bytes)
      #expect(isUnchanged, comment)
    }
    for number in 0..<500 {
      try feed(fuzzer.mutate(original, besides: original.reversed()), "mutation \(number)")
    }
    // The header and the pages' headers are where a bit counts most.
    for page in stride(from: 0, to: original.count, by: 4096) {
      for byte in page..<min(page + 120, original.count) {
        var bytes = original
        bytes[byte] ^= 1 << UInt8.random(in: 0..<8, using: &fuzzer)
        try feed(bytes, "byte \(byte)")
      }
    }
    for length in stride(from: 0, to: original.count, by: 128) {
      try feed(Array(original[..<length]), "cut at \(length)")
    }
    #expect(refused > 50 && read > 50)
    #expect(texts.count <= 12, "FUZZ_SEED=\(fuzzer.seed)")
  }
}
