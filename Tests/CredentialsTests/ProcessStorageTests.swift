import Credentials
import FoundationEssentials
import Testing

@Suite struct ProcessStorageTests {
  private func failure(_ storage: ProcessStorage) -> CredentialsError? {
    #expect(throws: CredentialsError.self) { try storage.value("/k") }
  }

  @Test func valuesAreReadAndMissingRowsAreNil() throws {
    let directory = try TemporaryDirectory()
    let database = try TestDatabase.create(in: directory.path)
    try database.put("/k", "größe\n{}")
    try database.run("INSERT INTO kv (key, modified, value) VALUES ('/null', 1, NULL)")
    let storage = ProcessStorage(dataDirectory: directory.path)
    #expect(try storage.value("/k") == Array("größe\n{}".utf8))
    #expect(try storage.value("/null") == [])
    #expect(try storage.value("/other") == nil)
    #expect(try storage.value("' OR 1=1 --") == nil)
  }

  @Test(arguments: [
    "with space", "what?mode=rwc", "num#ber", "per%41cent", "amp&er;sand", "größe", "q'uo\"te",
    "back\\slash", "plus+", "a:b", "~tilde", "[brackets]",
  ])
  func anyPathIsTakenLiterally(name: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/" + name
    try TestDatabase.create(in: path).put("/k", name)
    #expect(try ProcessStorage(dataDirectory: path).value("/k") == Array(name.utf8))
  }

  @Test func noDirectoryNoFileAndAnEmptyFileMeanNotYet() throws {
    let directory = try TemporaryDirectory()
    let missing = try #require(failure(ProcessStorage(dataDirectory: directory.path + "/no")))
    #expect(missing.code == .notReady)
    #expect(missing.message.contains(directory.path + "/no/proc/sqlite.db"))
    #expect(missing.message.contains("--teleport-data-dir"))
    try FileManager.default.createDirectory(
      atPath: directory.path + "/proc", withIntermediateDirectories: false)
    let storage = ProcessStorage(dataDirectory: directory.path)
    #expect(failure(storage)?.code == .notReady)
    // SQLite creates the file empty and fills it with the first transaction.
    try write("", to: storage.path)
    #expect(failure(storage)?.code == .notReady)
  }

  @Test func aDatabaseWithoutTheTableMeansNotYet() throws {
    let directory = try TemporaryDirectory()
    try TestDatabase.create(in: directory.path).run("DROP TABLE kv; CREATE TABLE meta (x)")
    #expect(failure(ProcessStorage(dataDirectory: directory.path))?.code == .notReady)
  }

  @Test func anotherKindOfFileIsMalformed() throws {
    let directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/proc", withIntermediateDirectories: false)
    let storage = ProcessStorage(dataDirectory: directory.path)
    try write(String(repeating: "not a database, ", count: 1000), to: storage.path)
    let error = try #require(failure(storage))
    #expect(error.code == .malformed)
    #expect(error.message.contains(storage.path))
  }

  @Test func aWriterThatIsAboutToWriteDoesNotHinderReaders() throws {
    let directory = try TemporaryDirectory()
    let database = try TestDatabase.create(in: directory.path)
    try database.put("/k", "old")
    try database.run("BEGIN IMMEDIATE")
    try database.put("/k", "new")
    let storage = ProcessStorage(dataDirectory: directory.path)
    #expect(try storage.value("/k") == Array("old".utf8))
    try database.run("COMMIT")
    #expect(try storage.value("/k") == Array("new".utf8))
  }

  @Test func aWriterThatWritesIsWaitedForButNotForever() throws {
    let directory = try TemporaryDirectory()
    let database = try TestDatabase.create(in: directory.path)
    try database.put("/k", "v")
    try database.run("BEGIN EXCLUSIVE")
    let storage = ProcessStorage(dataDirectory: directory.path, patience: .milliseconds(50))
    let start = ContinuousClock.now
    let error = try #require(failure(storage))
    #expect(start.duration(to: .now) >= .milliseconds(40))
    #expect(error.code == .notReady)
    #expect(error.message.contains("locked"))
    try database.run("ROLLBACK")
    #expect(try storage.value("/k") == Array("v".utf8))
  }

  @Test func aReaderThatWaitsGoesOnWhenTheLockIsGone() async throws {
    let directory = try TemporaryDirectory()
    let database = try TestDatabase.create(in: directory.path)
    try database.put("/k", "v")
    try database.run("BEGIN EXCLUSIVE")
    let storage = ProcessStorage(dataDirectory: directory.path)
    #expect(storage.patience == .seconds(10))
    async let value = onBlockingThread { try storage.value("/k") }
    try database.run("COMMIT")
    #expect(try await value == Array("v".utf8))
  }

  @Test func nothingIsEverCreatedOrChanged() throws {
    let directory = try TemporaryDirectory()
    _ = try? ProcessStorage(dataDirectory: directory.path).value("/k")
    _ = try? ProcessStorage(dataDirectory: directory.path + "/no").value("/k")
    #expect(try names(directory.path) == [])
    try FileManager.default.createDirectory(
      atPath: directory.path + "/proc", withIntermediateDirectories: false)
    _ = try? ProcessStorage(dataDirectory: directory.path).value("/k")
    #expect(try names(directory.path + "/proc") == [])
    do { try TestDatabase.create(in: directory.path).put("/k", "v") }
    let path = directory.path + "/proc/sqlite.db"
    let before = FileManager.default.contents(atPath: path)
    _ = try ProcessStorage(dataDirectory: directory.path).value("/k")
    #expect(try names(directory.path + "/proc") == ["sqlite.db"])
    #expect(FileManager.default.contents(atPath: path) == before)
  }

  /// What a Teleport that was killed in the middle of a write leaves: only a writer may mend it.
  @Test func aTransactionThatWasCutOffMeansNotYetAndStaysAsItIs() throws {
    let directory = try TemporaryDirectory()
    let database = try TestDatabase.create(in: directory.path)
    try database.put("/k", String(repeating: "old", count: 50_000))
    // The cache is too small for the change, so that the journal is synced and the file written.
    try database.run("PRAGMA cache_size=1; BEGIN IMMEDIATE")
    try database.put("/k", String(repeating: "new", count: 50_000))
    let killed = try TemporaryDirectory()
    try FileManager.default.copyItem(
      atPath: directory.path + "/proc", toPath: killed.path + "/proc")
    #expect(try names(killed.path + "/proc") == ["sqlite.db", "sqlite.db-journal"])
    let storage = ProcessStorage(dataDirectory: killed.path)
    let error = try #require(failure(storage))
    #expect(error.code == .notReady)
    #expect(error.message.contains("unfinished transaction"))
    // Teleport starts again.
    try TestDatabase(storage.path).run("PRAGMA user_version")
    try TestDatabase(storage.path).put("/other", "")
    #expect(try storage.value("/k") == Array(String(repeating: "old", count: 50_000).utf8))
  }
}
