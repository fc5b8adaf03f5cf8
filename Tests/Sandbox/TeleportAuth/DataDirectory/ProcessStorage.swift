import Documents

/// `proc/sqlite.db`: where a Teleport process keeps what it needs to start.
struct ProcessStorage: Sendable {
  static let identityKey = "/ids/admin/current"
  let path: String
  let major: Int

  /// Creates the tables as that major version has them. The journal stays a rollback journal.
  func create() throws {
    let database = try SQLiteConnection(path: path)
    let revision = major >= 15 ? #", revision TEXT NOT NULL DEFAULT """# : ""
    let eventRevision = major >= 15 ? ", kv_revision TEXT" : ""
    try database.run(
      """
      PRAGMA synchronous=FULL;
      CREATE TABLE IF NOT EXISTS kv (
        key TEXT NOT NULL PRIMARY KEY, modified INTEGER NOT NULL, expires DATETIME, value BLOB\(revision));
      CREATE INDEX IF NOT EXISTS kv_expires ON kv (expires);
      CREATE TABLE IF NOT EXISTS events (
        id INTEGER PRIMARY KEY, type TEXT NOT NULL, created INTEGER NOT NULL, kv_key TEXT NOT NULL,
        kv_modified INTEGER NOT NULL, kv_expires DATETIME, kv_value BLOB\(eventRevision));
      """)
    if major <= 14 {
      try database.run(
        "CREATE TABLE IF NOT EXISTS meta (version INTEGER NOT NULL, imported BOOLEAN NOT NULL);")
    }
    let state: JSONValue = [
      "kind": "state", "version": "v2", "metadata": ["name": "state"],
      "spec": ["rotation": ["state": "standby"]],
    ]
    try write(state, key: "/states/admin/state", in: database)
  }

  /// Replaces the row of the admin identity; nil removes it, as before Teleport's first start is through.
  func writeIdentity(_ document: JSONValue?) throws {
    let database = try SQLiteConnection(path: path)
    guard let document else {
      try database.run("DELETE FROM kv WHERE key = ?", text: Self.identityKey)
      return
    }
    try write(document, key: Self.identityKey, in: database)
  }

  private func write(_ document: JSONValue, key: String, in database: SQLiteConnection) throws {
    try database.run(
      "INSERT OR REPLACE INTO kv (key, modified, value) VALUES (?, 1, ?)", text: key,
      blob: document.jsonBytes)
  }
}

/// A write transaction on the process storage that is held open.
///
/// Guarantees: until `release()` returns, other connections see the database as locked in the way asked for.
public actor StorageLock {
  public enum Kind: String, Sendable {
    /// Teleport is about to write: readers may read.
    case reserved = "IMMEDIATE"
    /// Teleport writes: nobody may read.
    case exclusive = "EXCLUSIVE"
  }

  private var connection: SQLiteConnection?

  init(path: String, kind: Kind) throws {
    let connection = try SQLiteConnection(path: path)
    try connection.run("BEGIN \(kind.rawValue) TRANSACTION")
    self.connection = connection
  }

  public func release() throws {
    try connection?.run("ROLLBACK")
    connection = nil
  }
}
