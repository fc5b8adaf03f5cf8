import FoundationEssentials
import X509

/// The cluster's authorities, and how they come and go.
struct ClusterPKI: Sendable {
  let cluster: String
  let hostID: String
  let family: KeyPair.Family
  private(set) var host: AuthoritySet
  private(set) var user: AuthoritySet
  private(set) var database: AuthoritySet
  /// What clients on this host find in the data directory.
  private(set) var local: HostIdentity
  /// What the server shows in the handshake.
  private(set) var server: HostIdentity

  static func generate(
    cluster: String, hostID: String, family: KeyPair.Family, now: Date
  ) throws -> ClusterPKI {
    let host = try CertificateAuthority.make(
      cluster: cluster, tlsKey: try .first(family, for: .hostTLS),
      sshKey: try .first(family, for: .hostSSH), now: now)
    let user = try CertificateAuthority.make(
      cluster: cluster, tlsKey: try .first(family, for: .userTLS),
      sshKey: try .first(family, for: .userSSH), now: now)
    let database = try CertificateAuthority.make(
      cluster: cluster, tlsKey: try .first(family, for: .databaseTLS),
      sshKey: try .first(family, for: .databaseTLS), now: now)
    let identity = try HostIdentity.issue(
      hostID: hostID, cluster: cluster, authority: host, key: try .first(family, for: .identity),
      now: now)
    return ClusterPKI(
      cluster: cluster, hostID: hostID, family: family, host: AuthoritySet(host),
      user: AuthoritySet(user), database: AuthoritySet(database), local: identity, server: identity)
  }

  /// Gives the host a new key and certificate from the present authority.
  mutating func renewIdentity(now: Date) throws {
    local = try identity(now: now)
    server = local
  }

  /// Takes a rotation one step on.
  mutating func rotate(
    _ kind: AuthorityKind, to phase: TeleportSandbox.RotationPhase, now: Date
  ) throws {
    let (cluster, family) = (cluster, family)
    var set = self[kind]
    try set.rotate(to: phase, now: now) {
      try CertificateAuthority.make(
        cluster: cluster, tlsKey: try .generate(family), sshKey: try .generate(family), now: now)
    }
    self[kind] = set
    guard kind == .host else { return }
    switch phase {
    case .updateClients: local = try identity(now: now)
    case .updateServers: server = local
    case .initial, .standby: break
    }
  }

  private func identity(now: Date) throws -> HostIdentity {
    try HostIdentity.issue(
      hostID: hostID, cluster: cluster, authority: host.active, key: try .generate(family), now: now
    )
  }

  private(set) subscript(kind: AuthorityKind) -> AuthoritySet {
    get {
      switch kind {
      case .host: host
      case .user: user
      case .database: database
      }
    }
    set {
      switch kind {
      case .host: host = newValue
      case .user: user = newValue
      case .database: database = newValue
      }
    }
  }

  var hostAuthorities: [CertificateAuthority] { host.all }
  var hostCertificates: [Certificate] { host.certificates }
  /// The one that signs.
  var userAuthority: CertificateAuthority { user.active }
}
