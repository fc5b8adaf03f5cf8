import Credentials
import Documents
import FoundationEssentials
import Synchronization
import TeleportClient
import TeleportSchema
import Testing

/// A connection as the administrator of a target, and names for what a test makes there.
final class TeleportSession: Sendable {
  let admin: AdminIdentity
  let address: AuthAddress
  let connection: AuthConnection
  let roles: ResourceSchema
  let users: ResourceSchema
  private let made = Mutex<[(schema: ResourceSchema, name: String)]>([])

  var calls: ResourceCalls { ResourceCalls(connection) }
  var major: Int { connection.server.major }
  /// Whether the server has revisions and the users service; 15 to 17 are taken to be like 18.
  var isModern: Bool { major >= 15 }

  /// The newest role version that the server knows.
  var newestRoleVersion: String {
    switch major {
    case ...11: "v5"
    case 12, 13: "v6"
    case 14...17: "v7"
    default: "v8"
    }
  }

  static func run(
    _ directory: String, _ address: String, body: (TeleportSession) async throws -> Void
  ) async throws {
    let session = try await TeleportSession(directory, address)
    do {
      try await body(session)
      await session.end()
    } catch {
      await session.end()
      throw error
    }
  }

  private init(_ directory: String, _ address: String) async throws {
    admin = try AdminIdentity(dataDirectory: directory)
    self.address = try #require(AuthAddress(address))
    connection = try await AuthConnection.open(self.address, as: admin.identity)
    roles = try #require(ResourceSchema.named("role"))
    users = try #require(ResourceSchema.named("user"))
    let version = connection.server.version
    try #require(
      connection.server.major >= 11, "11 is the oldest that is supported, not \(version)")
  }

  /// Users first: a role that is in use stays.
  private func end() async {
    for entry in made.withLock({ $0 }).sorted(by: { one, _ in one.schema.kind == "user" }) {
      try? await calls.delete(entry.name, of: entry.schema)
    }
    await connection.close()
  }

  // MARK: - Resources

  /// A name that nothing else has, removed when the test ends.
  func name(_ schema: ResourceSchema, prefix: String = "") -> String {
    let name = prefix + "contract-" + UUID().uuidString.prefix(8).lowercased()
    register(name, of: schema)
    return name
  }

  /// Has a resource removed when the test ends.
  func register(_ name: String, of schema: ResourceSchema) {
    made.withLock { $0.append((schema, name)) }
  }

  func role(
    _ name: String, version: String = "v4", allow: JSONValue = [:], labels: JSONValue = [:]
  ) throws -> [UInt8] {
    try roles.encode([
      "kind": "role", "version": .string(version),
      "metadata": ["name": .string(name), "labels": labels], "spec": ["allow": allow],
    ])
  }

  func user(_ name: String, roles: [String], labels: JSONValue = [:]) throws -> [UInt8] {
    try users.encode([
      "kind": "user", "version": "v2", "metadata": ["name": .string(name), "labels": labels],
      "spec": ["roles": .array(roles.map { .string($0) })],
    ])
  }

  /// Makes a role with these rules and waits until reads have it.
  func makeRole(_ allow: JSONValue = [:]) async throws -> String {
    let name = name(roles)
    _ = try await calls.upsert(try role(name, allow: allow), of: roles)
    _ = try await live(name, of: roles)
    return name
  }

  /// Makes a user with that role and waits until reads have it.
  func makeUser(role: String, labels: JSONValue = [:]) async throws -> String {
    let name = name(users)
    _ = try await calls.create(try user(name, roles: [role], labels: labels), of: users)
    _ = try await live(name, of: users)
    return name
  }

  // MARK: - Waiting for reads

  /// The resource once reads show it, and it is as asked for.
  func live(
    _ name: String, of schema: ResourceSchema, where isThere: (JSONValue) -> Bool = { _ in true }
  ) async throws -> (json: JSONValue, bytes: [UInt8]) {
    try await eventually {
      guard let bytes = try await calls.get(name, of: schema) else { return nil }
      let json = try schema.decode(bytes)
      return isThere(json) ? (json, bytes) : nil
    }
  }

  /// All names of a kind, once the list has these; lists are later than reads of one resource.
  func listed(_ names: [String], of schema: ResourceSchema) async throws -> [String] {
    try await eventually {
      let listed = try await calls.list(schema).map { try ResourceFacts($0).name }
      return Set(names).isSubset(of: listed) ? listed : nil
    }
  }

  func gone(_ name: String, of schema: ResourceSchema) async throws {
    try await eventually { try await calls.get(name, of: schema) == nil ? () : nil }
  }

  struct TooLate: Error {}

  /// Reads come from a cache that follows within seconds: asks again until there is an answer.
  func eventually<Result>(_ attempt: () async throws -> Result?) async throws -> Result {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if let result = try await attempt() { return result }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw TooLate()
  }

  // MARK: - Other callers

  /// Certificates for a user, made by the administrator.
  func issue(
    _ user: String, lifetime: TimeInterval = 600
  ) async throws -> IssuedCredentials {
    let algorithm = KeyPair.Algorithm(teleportMajor: major)
    let key = try await onBlockingThread { try KeyPair.generate(algorithm) }
    return try await connection.issue(
      CertificateRequest(
        user: user, keyPair: key, notAfter: Date().addingTimeInterval(lifetime),
        sshHostCAs: admin.sshHostCAs))
  }

  func identity(_ credentials: IssuedCredentials) throws -> TLSIdentity {
    try TLSIdentity(
      certificatePEM: credentials.certificatePEM, keyPEM: credentials.keyPair.privateKeyPEM,
      trustedCAPEMs: credentials.hostCAPEMs, source: "the contract's user")
  }

  /// Runs `body` with a connection of that user.
  func asUser<Result>(
    _ user: String, lifetime: TimeInterval = 600,
    body: (AuthConnection) async throws -> Result
  ) async throws -> Result {
    let identity = try identity(try await issue(user, lifetime: lifetime))
    let connection = try await AuthConnection.open(address, as: identity)
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// The error that a call fails with.
  func failure(_ body: () async throws -> some Any) async -> TeleportError? {
    do {
      _ = try await body()
      return nil
    } catch {
      return error as? TeleportError
    }
  }
}
