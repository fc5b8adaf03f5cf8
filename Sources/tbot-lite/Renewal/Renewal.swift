import Credentials
import FoundationEssentials
import TeleportClient
import TeleportSchema

/// One renewal from beginning to end: directory, admin identity, connection, role, bot, certificates, directory.
///
/// Every step can be repeated. Nothing is kept between renewals, so that a rotated admin identity is used at once.
struct Renewal: Sendable {
  let settings: Settings
  let enter: @Sendable (Phase) async -> Void

  /// - Returns: the identity that was published.
  func run(now: Date) async throws(RenewalFailure) -> TLSIdentity {
    let publisher = DirectoryPublisher(path: settings.destination)
    // First, so that no certificate is issued that cannot be kept.
    try await step(.preparing) { try await onBlockingThread { try publisher.prepare() } }
    let admin = try await step(.readingIdentity) {
      let directory = settings.dataDirectory
      let admin = try await onBlockingThread { try AdminIdentity(dataDirectory: directory) }
      try admin.identity.checkValidity(at: now)
      return admin
    }
    let connection = try await step(.connecting) {
      try await AuthConnection.open(settings.authServer, as: admin.identity)
    }
    defer { connection.drain() }
    try await step(.bootstrapping) { try await bootstrap(connection) }
    let issued = try await step(.issuing) {
      let algorithm = KeyPair.Algorithm(teleportMajor: connection.server.major)
      let keyPair = try await onBlockingThread { try KeyPair.generate(algorithm) }
      let lifetime = Double(settings.certificateTTL.components.seconds)
      return try await connection.issue(
        CertificateRequest(
          user: BotUser.name(ofBot: settings.botName), keyPair: keyPair,
          notAfter: now.addingTimeInterval(lifetime), sshHostCAs: admin.sshHostCAs))
    }
    return try await step(.publishing) {
      let identity = try TLSIdentity(
        certificatePEM: issued.certificatePEM, keyPEM: issued.keyPair.privateKeyPEM,
        trustedCAPEMs: issued.hostCAPEMs, source: "the auth service's reply")
      try identity.checkValidity(at: now)
      let generation = Self.generationName(now: now, identity)
      try await onBlockingThread { try publisher.publish(issued.files, generation: generation) }
      return identity
    }
  }

  private func bootstrap(_ connection: AuthConnection) async throws {
    let calls = ResourceCalls(connection)
    let documents = [
      OperatorRole.resource(named: settings.roleName, kinds: ResourceSchema.standard),
      BotUser.resource(ofBot: settings.botName, role: settings.roleName),
    ]
    // The role first: a user may only hold roles that exist.
    for (kind, document) in zip(["role", "user"], documents) {
      guard let schema = ResourceSchema.named(kind) else { continue }
      _ = try await calls.upsert(schema.encode(document), of: schema)
    }
  }

  private func step<Value>(
    _ phase: Phase, _ body: () async throws -> Value
  ) async throws(RenewalFailure) -> Value {
    await enter(phase)
    do {
      return try await body()
    } catch {
      throw RenewalFailure(phase: phase, reason: "\(error)", isTerminal: Self.isTerminal(error))
    }
  }

  /// Only what a person has to mend, and what Teleport does not mend by itself when it starts or rotates.
  private static func isTerminal(_ error: any Error) -> Bool {
    guard let error = error as? CredentialsError else { return false }
    return error.code == .inaccessible || error.code == .malformed
  }

  /// Sorts by time; the fingerprint tells two of the same second apart.
  private static func generationName(now: Date, _ identity: TLSIdentity) -> String {
    let time = now.formatted(Date.ISO8601FormatStyle()).replacing(":", with: "-")
    return "\(time)-\(identity.certificate.fingerprint.prefix(8))"
  }
}
