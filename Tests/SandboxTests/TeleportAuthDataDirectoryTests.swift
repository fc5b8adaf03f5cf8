import CSQLite
import Documents
import FoundationEssentials
import Testing
import X509

@testable import TeleportSandbox

/// What a tool on the auth node finds.
@Suite struct TeleportAuthDataDirectoryTests {
  /// A second reader: its own few lines of SQLite, opened as a cautious tool would.
  private func rows(_ sandbox: TeleportSandbox, _ query: String) throws -> [[String]] {
    var database: OpaquePointer?
    let path = "file:\(sandbox.dataDirectory)/proc/sqlite.db?mode=ro"
    let opened = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil)
    defer { sqlite3_close_v2(database) }
    try #require(opened == SQLITE_OK)
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(database, query, -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    guard code == SQLITE_OK else { throw ProcessStorageError(code: code, description: query) }
    var rows: [[String]] = []
    while true {
      let step = sqlite3_step(statement)
      if step == SQLITE_DONE { return rows }
      guard step == SQLITE_ROW else { throw ProcessStorageError(code: step, description: query) }
      rows.append(
        (0..<sqlite3_column_count(statement)).map { column in
          sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
        })
    }
  }

  private func identity(_ sandbox: TeleportSandbox) throws -> JSONValue {
    let found = try rows(sandbox, "SELECT value FROM kv WHERE key = '/ids/admin/current'")
    return try JSONValue(json: try #require(found.first?.first).utf8)
  }

  private func text(_ value: JSONValue?) throws -> String {
    let data = Data(base64Encoded: try #require(value?.string))
    return String(decoding: try #require(data), as: UTF8.self)
  }

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test(arguments: [11, 14, 18])
  func filesHaveTeleportsNamesModesAndTables(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let path = sandbox.dataDirectory
      #expect(try mode(path + "/host_uuid") == 0o400)
      #expect(try mode(path + "/proc") == 0o700)
      #expect(try mode(path + "/proc/sqlite.db") == 0o600)
      let columns = try rows(sandbox, "SELECT name FROM pragma_table_info('kv')").joined()
      #expect(columns.contains("revision") == (major >= 15))
      let tables = try rows(sandbox, "SELECT name FROM sqlite_master WHERE type = 'table'").joined()
      #expect(tables.contains("meta") == (major <= 14))
      #expect(try rows(sandbox, "PRAGMA journal_mode") == [["delete"]])
    }
  }

  @Test(arguments: [11, 18])
  func identityIsTheServersOwn(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let document = try identity(sandbox)
      #expect(document["kind"] == "identity")
      #expect(document["version"] == "v2")
      let key = try text(document[["spec", "key"]])
      #expect(key.contains(major <= 16 ? "RSA PRIVATE KEY" : "BEGIN PRIVATE KEY"))
      let certificate = try Certificate(pemEncoded: try text(document[["spec", "tls_cert"]]))
      #expect(try Certificate.PrivateKey(pemEncoded: key).publicKey == certificate.publicKey)
      let subject = CertificateIdentity(subject: certificate.subject)
      #expect(subject.systemRole == "Admin")
      let host = try String(
        decoding: Data(contentsOf: URL(filePath: sandbox.dataDirectory + "/host_uuid")),
        as: UTF8.self)
      #expect(subject.username == "\(host.dropLast()).sandbox.example.com")
      let names = try #require(try certificate.extensions.subjectAlternativeNames)
      #expect(names.contains(.dnsName("teleport.cluster.local")))
      #expect(names.contains(.dnsName("*.teleport.cluster.local")))
      #expect(document[["spec", "tls_ca_certs"]]?.array?.count == 1)
      #expect(try text(document[["spec", "ssh_cert"]]).contains("-cert-v01@openssh.com "))
    }
  }

  @Test func identityRowCanBeMissingBrokenAndBack() async throws {
    try await withSandbox { sandbox in
      let first = try identity(sandbox)
      try await sandbox.overwriteIdentityRow(nil)
      #expect(try rows(sandbox, "SELECT key FROM kv") == [["/states/admin/state"]])
      try await sandbox.overwriteIdentityRow(["kind": "nonsense"])
      #expect(try identity(sandbox) == ["kind": "nonsense"])
      try await sandbox.writeIdentity()
      #expect(try identity(sandbox) == first)
      try await sandbox.renewIdentity()
      #expect(try identity(sandbox) != first)
      #expect(try await sandbox.asAdmin { try await $0.code("proto.AuthService/Ping") } == nil)
    }
  }

  @Test func writersHoldReadersOff() async throws {
    try await withSandbox { sandbox in
      let reserved = try await sandbox.lockStorage(.reserved)
      _ = try identity(sandbox)
      try await reserved.release()
      let exclusive = try await sandbox.lockStorage(.exclusive)
      let error = #expect(throws: ProcessStorageError.self) { try identity(sandbox) }
      #expect(error.map { $0.code & 0xff } == SQLITE_BUSY)
      try await exclusive.release()
      _ = try identity(sandbox)
    }
  }

  @Test func hostAuthorityRotatesInFourSteps() async throws {
    try await withSandbox { sandbox in
      let before = try await sandbox.adminCredentials
      let oldRoots = before.hostAuthorities
      func ping(
        _ credentials: TeleportSandbox.ClientCredentials, _ roots: [String]
      ) async throws -> Bool {
        try await sandbox.withClient(credentials, authorities: roots) {
          try await $0.code("proto.AuthService/GetRole", named("access")) == nil
        }
      }
      try await sandbox.rotateHostAuthority(to: .initial)
      #expect(try await sandbox.hostAuthorities.count == 2)
      #expect(try identity(sandbox)[["spec", "tls_ca_certs"]]?.array?.count == 2)
      let served = try await sandbox.withClient(nil) {
        try await $0.call("proto.AuthService/GetClusterCACert")
      }
      #expect(served.string(at: [1]) == (try await sandbox.hostAuthorities.joined()))
      #expect(try await ping(before, oldRoots))

      try await sandbox.rotateHostAuthority(to: .updateClients)
      let after = try await sandbox.adminCredentials
      #expect(after.certificate != before.certificate)
      #expect(try await ping(after, oldRoots))
      #expect(try await ping(before, oldRoots))

      try await sandbox.rotateHostAuthority(to: .updateServers)
      #expect(try await !ping(after, oldRoots))
      #expect(try await ping(after, after.hostAuthorities))

      try await sandbox.rotateHostAuthority(to: .standby)
      #expect(try await sandbox.hostAuthorities.count == 1)
      #expect(try await !ping(before, after.hostAuthorities))
      #expect(try await ping(after, try await sandbox.hostAuthorities))
    }
  }
}
