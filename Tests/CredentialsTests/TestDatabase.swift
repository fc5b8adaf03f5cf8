import CSQLite
import FoundationEssentials
import Glibc

/// A connection that writes, as Teleport's.
final class TestDatabase {
  struct Failure: Error { let code: Int32 }

  private var handle: OpaquePointer?

  init(_ path: String) throws {
    guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Failure(code: -1) }
  }

  deinit { sqlite3_close_v2(handle) }

  func run(_ sql: String) throws {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw Failure(code: code) }
  }

  /// The tables of Teleport 18 in a new data directory.
  static func create(in dataDirectory: String) throws -> TestDatabase {
    try FileManager.default.createDirectory(
      atPath: dataDirectory + "/proc", withIntermediateDirectories: true)
    let database = try TestDatabase(dataDirectory + "/proc/sqlite.db")
    try database.run(
      """
      CREATE TABLE kv (key TEXT NOT NULL PRIMARY KEY, modified INTEGER NOT NULL, expires DATETIME,
        value BLOB, revision TEXT NOT NULL DEFAULT "");
      """)
    return database
  }

  func put(_ key: String, _ value: String) throws {
    let digits = Array("0123456789abcdef")
    let hex = String(value.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    try run("INSERT OR REPLACE INTO kv (key, modified, value) VALUES ('\(key)', 1, x'\(hex)')")
  }
}
