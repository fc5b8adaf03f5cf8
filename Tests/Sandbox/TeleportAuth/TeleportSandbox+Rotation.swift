/// Authorities that come and go.
extension TeleportSandbox {
  /// The steps of a rotation, in the order in which an administrator takes them.
  public enum RotationPhase: String, Hashable, Sendable {
    /// A second CA is trusted, nothing is signed with it yet.
    case initial = "init"
    /// The new one signs: user certificates, and the identity in the data directory; both are trusted.
    case updateClients = "update_clients"
    /// The server shows a certificate of the new host CA.
    case updateServers = "update_servers"
    /// The old one is gone, and what it signed is refused.
    case standby
  }

  /// Takes a host CA rotation one step on; watchers of `cert_authority` get an event.
  public func rotateHostAuthority(to phase: RotationPhase) async throws {
    try await rotate(.host, to: phase)
  }

  /// Takes a user CA rotation one step on; watchers of `cert_authority` get an event.
  public func rotateUserAuthority(to phase: RotationPhase) async throws {
    try await rotate(.user, to: phase)
  }

  /// Takes a database CA rotation one step on; watchers of `cert_authority` get an event.
  public func rotateDatabaseAuthority(to phase: RotationPhase) async throws {
    try await rotate(.database, to: phase)
  }

  /// All trusted user authorities, in PEM; the one that signs first.
  public var userAuthorities: [String] {
    get async throws { try await state.pki.user.certificates.map { try $0.pem } }
  }

  /// All trusted database authorities, in PEM; the one that signs first.
  public var databaseAuthorities: [String] {
    get async throws { try await state.pki.database.certificates.map { try $0.pem } }
  }

  private func rotate(_ kind: AuthorityKind, to phase: RotationPhase) async throws {
    try await state.changePKI { pki, now in try pki.rotate(kind, to: phase, now: now) }
    // The handshake knows the new ones before anybody hears of them.
    try await publishPKI()
    try await state.storeAuthority(kind)
  }
}
