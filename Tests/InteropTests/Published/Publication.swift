import Credentials
import FoundationEssentials
import TeleportClient
import TeleportSandbox
import Testing

/// A directory of credentials as tbot-lite leaves it, made by the same library calls, and the auth service that
/// issued them.
struct Publication: Sendable {
  static let bot = "interop"
  static let user = "bot-interop"
  static let role = "interop-operator"
  static let lifetime = 1200.0

  let sandbox: TeleportSandbox
  let directory: String
  /// Before the certificate was asked for.
  let issuedAt: Date
  /// When it stood in the directory.
  private(set) var publishedAt: Date

  static func make(major: Int) async throws -> Publication {
    let sandbox = try await TeleportSandbox.start(options: .init(major: major))
    let path = FileManager.default.temporaryDirectory
      .appending(path: "interop-\(UUID().uuidString)").path()
    let now = Date()
    var publication = Publication(
      sandbox: sandbox, directory: path, issuedAt: now, publishedAt: now)
    do {
      try await sandbox.put(
        "role",
        [
          "kind": "role", "version": "v5", "metadata": ["name": .string(role)],
          "spec": [
            "allow": ["rules": [["resources": ["role", "user"], "verbs": ["read", "list"]]]]
          ],
        ])
      try await sandbox.put(
        "user",
        [
          "kind": "user", "version": "v2",
          "metadata": ["name": .string(user), "labels": ["teleport.internal/bot": .string(bot)]],
          "spec": ["roles": [.string(role)]],
        ])
      try await publication.publish(into: path, generation: "first", at: now)
      publication.publishedAt = Date()
    } catch {
      await publication.remove()
      throw error
    }
    return publication
  }

  /// Has certificates for a new key issued by the admin identity, and publishes them.
  func publish(into path: String, generation: String, at now: Date) async throws {
    let address = try #require(AuthAddress(sandbox.address))
    let dataDirectory = sandbox.dataDirectory
    let admin = try await onBlockingThread { try AdminIdentity(dataDirectory: dataDirectory) }
    let connection = try await AuthConnection.open(address, as: admin.identity)
    defer { connection.drain() }
    let algorithm = KeyPair.Algorithm(teleportMajor: connection.server.major)
    let keyPair = try await onBlockingThread { try KeyPair.generate(algorithm) }
    let issued = try await connection.issue(
      CertificateRequest(
        user: Self.user, keyPair: keyPair, notAfter: now.addingTimeInterval(Self.lifetime),
        sshHostCAs: admin.sshHostCAs))
    try await onBlockingThread {
      let publisher = DirectoryPublisher(path: path)
      try publisher.prepare()
      // Both outputs in one directory: their names differ.
      let files = try issued.files(destination: path).merging(issued.tlsFiles()) { $1 }
      try publisher.publish(files, generation: generation)
    }
  }

  func remove() async {
    await sandbox.shutdown()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Where a tool finds a file; the names are not the product's constants, so that a change of one is noticed.
  func path(_ name: String) -> String { "\(directory)/\(name)" }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  /// A TLS client with the published credentials.
  var tlsClient: TLSClient {
    get throws {
      TLSClient(
        host: sandbox.host, port: sandbox.port, serverName: "teleport.cluster.local",
        roots: try text("teleport-host-ca.crt"), certificate: try text("tlscert"),
        key: try text("key"))
    }
  }
}
