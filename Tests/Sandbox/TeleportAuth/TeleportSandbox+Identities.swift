import Documents
import FoundationEssentials
import X509

/// Certificates, keys and authorities, without the API.
extension TeleportSandbox {
  /// What a client needs to connect as somebody; all in PEM but the SSH line.
  public struct ClientCredentials: Sendable {
    public let certificate: String
    public let key: String
    public let sshCertificate: String
    /// What the server's certificate is verified with.
    public let hostAuthorities: [String]
  }

  /// The server's own identity, as the data directory holds it.
  public var adminCredentials: ClientCredentials {
    get async throws {
      let pki = await state.pki
      return ClientCredentials(
        certificate: try pki.local.certificate.pem, key: pki.local.key.pem,
        sshCertificate: pki.local.sshCertificate,
        hostAuthorities: try pki.hostCertificates.map { try $0.pem })
    }
  }

  /// Certificates for an existing user, as `tctl auth sign` makes them: with its roles, and the host as impersonator.
  public func credentials(
    forUser name: String, lifetime: Duration = .seconds(3600)
  ) async throws -> ClientCredentials {
    try await state.credentials(forUser: name, lifetime: lifetime)
  }

  /// All trusted host authorities, in PEM.
  public var hostAuthorities: [String] {
    get async throws { try await state.pki.hostCertificates.map { try $0.pem } }
  }

  /// The user authority that signs, in PEM.
  public var userAuthority: String {
    get async throws { try await state.pki.userAuthority.certificate.pem }
  }

  // MARK: - The data directory

  /// Gives the server a new key and certificate and writes them to the data directory; the authorities stay.
  public func renewIdentity() async throws {
    try await state.changePKI { pki, now in try pki.renewIdentity(now: now) }
    try await publishPKI()
  }

  /// Replaces the row of the admin identity by any document; nil removes the row.
  public func overwriteIdentityRow(_ document: JSONValue?) throws {
    try directory.storage.writeIdentity(document)
  }

  /// Puts the row of the admin identity back as it should be.
  public func writeIdentity() async throws {
    let pki = await state.pki
    try directory.storage.writeIdentity(
      try IdentityDocument.json(pki.local, authorities: pki.hostAuthorities))
  }

  /// Holds a write transaction on the process storage, as Teleport does for a moment at each write.
  public func lockStorage(_ kind: StorageLock.Kind) throws -> StorageLock {
    try StorageLock(path: directory.storage.path, kind: kind)
  }

  func publishPKI() async throws {
    try tls.use(await state.pki)
    try await writeIdentity()
  }
}

extension AuthState {
  func changePKI(_ change: @Sendable (inout ClusterPKI, Date) throws -> Void) rethrows {
    try change(&pki, now)
  }

  func credentials(
    forUser name: String, lifetime: Duration
  ) throws -> TeleportSandbox.ClientCredentials {
    let user = try user(name)
    let key = try KeyPair.generate(.p256)
    var identity = try identity(of: user, roles: user.roles, traits: user.traits)
    identity.impersonator = "\(pki.hostID).\(clusterName)"
    let certificates = try UserCertificates.issue(
      for: identity, sshKey: try key.sshPublicKey(), tlsKey: key.certificateKey.publicKey,
      authority: pki.userAuthority, now: now,
      expires: now.addingTimeInterval(Double(lifetime.components.seconds)))
    return TeleportSandbox.ClientCredentials(
      certificate: certificates.tls, key: key.pem, sshCertificate: certificates.ssh,
      hostAuthorities: try pki.hostCertificates.map { try $0.pem })
  }
}
