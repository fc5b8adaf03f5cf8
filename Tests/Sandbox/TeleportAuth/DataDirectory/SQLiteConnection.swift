import CSQLite

/// A statement that SQLite refused.
public struct ProcessStorageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// SQLite's extended result code.
  public let code: Int32
  public let description: String
}

/// An open SQLite database; closed with its last reference.
final class SQLiteConnection {
  private var handle: OpaquePointer?

  init(path: String) throws(ProcessStorageError) {
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK else {
      let error = failure(code)
      sqlite3_close_v2(handle)
      throw error
    }
    sqlite3_busy_timeout(handle, 10_000)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs statements that take no values.
  func run(_ sql: String) throws(ProcessStorageError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// Runs one statement with a text and a blob for its `?`s.
  func run(_ sql: String, text: String, blob: [UInt8]? = nil) throws(ProcessStorageError) {
    var statement: OpaquePointer?
    let prepared = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard prepared == SQLITE_OK else { throw failure(prepared) }
    defer { sqlite3_finalize(statement) }
    // SQLITE_TRANSIENT, a cast that the importer does not do: SQLite copies the values.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    sqlite3_bind_text(statement, 1, text, -1, transient)
    if let blob { sqlite3_bind_blob(statement, 2, blob, Int32(blob.count), transient) }
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE else { throw failure(code) }
  }

  private func failure(_ code: Int32) -> ProcessStorageError {
    ProcessStorageError(
      code: code, description: handle.map { String(cString: sqlite3_errmsg($0)) } ?? "no database")
  }
}
