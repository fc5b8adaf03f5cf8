import Credentials
import Documents
import FoundationEssentials
import TeleportClient
import TeleportSandbox
import TeleportSchema

/// What tbot-lite does, by the same library calls: role, bot, certificates, directory.
enum TeleportIdentity {
  static let botUser = "bot-test"
  static let role = "test-operator"

  /// Publishes a new generation into a directory.
  static func publish(
    from sandbox: TeleportSandbox, to path: String, bot: String = botUser
  ) async throws {
    try publish(try await issue(from: sandbox, bot: bot), to: path)
  }

  static func publish(_ issued: IssuedCredentials, to path: String) throws {
    let publisher = DirectoryPublisher(path: path)
    try publisher.prepare()
    try publisher.publish(issued.files, generation: UUID().uuidString)
  }

  /// Has a certificate issued, to be published at once or later.
  static func issue(
    from sandbox: TeleportSandbox, bot: String = botUser
  ) async throws -> IssuedCredentials {
    let admin = try AdminIdentity(dataDirectory: sandbox.dataDirectory)
    let connection = try await connect(to: sandbox, as: admin.identity)
    defer { connection.drain() }
    return try await issue(over: connection, sshHostCAs: admin.sshHostCAs, bot: bot)
  }

  static func connect(
    to sandbox: TeleportSandbox, as identity: TLSIdentity
  ) async throws -> AuthConnection {
    guard let address = AuthAddress(sandbox.address) else {
      throw NotInTime(description: "\(sandbox.address) is no address")
    }
    return try await AuthConnection.open(address, as: identity)
  }

  private static func issue(
    over connection: AuthConnection, sshHostCAs: [String], bot user: String
  ) async throws -> IssuedCredentials {
    let calls = ResourceCalls(connection)
    let verbs: JSONValue = ["list", "create", "read", "update", "delete"]
    let resources = Set(ResourceSchema.standard.map(\.rule)).sorted().map { JSONValue.string($0) }
    let operatorRole: JSONValue = [
      "kind": "role", "version": "v5", "metadata": ["name": .string(role)],
      "spec": ["allow": ["rules": [["resources": .array(resources), "verbs": verbs]]]],
    ]
    let bot: JSONValue = [
      "kind": "user", "version": "v2",
      "metadata": ["name": .string(user), "labels": ["teleport.internal/bot": "test"]],
      "spec": ["roles": [.string(role)]],
    ]
    let key = try KeyPair.generate(KeyPair.Algorithm(teleportMajor: connection.server.major))
    var issued: IssuedCredentials?
    // Until its cache has followed, a server does not know the role and the user that it was just given.
    try await eventually("the bot has a certificate") {
      do {
        for (kind, document) in [("role", operatorRole), ("user", bot)] {
          guard let schema = ResourceSchema.named(kind) else { continue }
          _ = try await calls.upsert(schema.encode(document), of: schema)
        }
        issued = try await connection.issue(
          CertificateRequest(
            user: user, keyPair: key, notAfter: Date().addingTimeInterval(3600),
            sshHostCAs: sshHostCAs))
        return true
      } catch let error as TeleportError
        where [.notFound, .permissionDenied, .alreadyExists].contains(error.code)
      {
        return false
      }
    }
    guard let issued else { throw NotInTime(description: "no certificate") }
    return issued
  }
}
