import CSQLite

/// Teleport's own storage of a node: `proc/sqlite.db` in the data directory, read while Teleport may be writing.
///
/// - Guarantees: opens read-only and honours SQLite's locks; never creates or changes a file.
/// - Source: Teleport's lib/backend/lite. The journal is a rollback journal, values stand in table `kv`.
public struct ProcessStorage: Sendable {
  public let dataDirectory: String
  /// How long to wait for a writer.
  public let patience: Duration

  /// - Parameter patience: as long as Teleport itself waits, unless given.
  public init(dataDirectory: String, patience: Duration = .seconds(10)) {
    self.dataDirectory = dataDirectory
    self.patience = patience
  }

  public var path: String { dataDirectory + "/proc/sqlite.db" }

  /// The value of a key; nil where there is no such row.
  ///
  /// Blocks. See `onBlockingThread`.
  public func value(_ key: String) throws(CredentialsError) -> [UInt8]? {
    var database: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
    let opened = sqlite3_open_v2(Self.uri(path), &database, flags, nil)
    defer { sqlite3_close_v2(database) }
    guard opened == SQLITE_OK else { throw failure(opened) }
    sqlite3_busy_timeout(database, Int32(clamping: Int64(patience / .milliseconds(1))))

    var statement: OpaquePointer?
    let query = "SELECT value FROM kv WHERE key = ?1"
    let prepared = sqlite3_prepare_v2(database, query, -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    guard prepared == SQLITE_OK else { throw failure(sqlite3_extended_errcode(database)) }
    // SQLite copies the text before the call returns.
    let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    sqlite3_bind_text(statement, 1, key, -1, copies)
    switch sqlite3_step(statement) {
    case SQLITE_DONE: return nil
    case SQLITE_ROW:
      let count = Int(sqlite3_column_bytes(statement, 0))
      guard let bytes = sqlite3_column_blob(statement, 0) else { return [] }
      return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    default: throw failure(sqlite3_extended_errcode(database))
    }
  }

  private func failure(_ result: Int32) -> CredentialsError {
    // A hot journal can only be rolled back by a writer, which Teleport does when it starts.
    let hotJournal = SQLITE_READONLY | 3 << 8
    switch result & 0xff {
    case SQLITE_CANTOPEN:
      return CredentialsError(
        .notReady,
        "cannot open \(path): it does not exist yet, or this process may not read it; mount the auth "
          + "service's data directory and set --teleport-data-dir")
    case SQLITE_BUSY, SQLITE_LOCKED:
      return CredentialsError(.notReady, "\(path) is locked by Teleport; trying again")
    case _ where result == hotJournal || result & 0xff == SQLITE_READONLY:
      return CredentialsError(
        .notReady, "\(path) has an unfinished transaction that Teleport finishes when it starts")
    case SQLITE_ERROR:
      return CredentialsError(.notReady, "\(path) does not have Teleport's tables yet")
    case SQLITE_NOTADB, SQLITE_CORRUPT:
      return CredentialsError(.malformed, "\(path) is not a Teleport database")
    default:
      return CredentialsError(
        .inaccessible, "cannot read \(path): \(String(cString: sqlite3_errstr(result)))")
    }
  }

  /// Characters that mean something in a URI are escaped, so that any path is taken literally.
  private static func uri(_ path: String) -> String {
    let escaped = path.utf8.map { byte in
      let isPlain =
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x2d && byte <= 0x39)
        || byte == 0x5f
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
    }
    return "file:" + escaped.joined() + "?mode=ro"
  }
}
