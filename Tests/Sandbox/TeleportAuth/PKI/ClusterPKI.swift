import FoundationEssentials
import X509

/// The cluster's authorities, and how they come and go.
struct ClusterPKI: Sendable {
  let cluster: String
  let hostID: String
  let family: KeyPair.Family
  /// The one that signs first; more only while a rotation is under way.
  private(set) var hostAuthorities: [CertificateAuthority]
  let userAuthority: CertificateAuthority
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
    let identity = try HostIdentity.issue(
      hostID: hostID, cluster: cluster, authority: host, key: try .first(family, for: .identity),
      now: now)
    return ClusterPKI(
      cluster: cluster, hostID: hostID, family: family, hostAuthorities: [host],
      userAuthority: user, local: identity, server: identity)
  }

  /// Gives the host a new key and certificate from the present authority.
  mutating func renewIdentity(now: Date) throws {
    local = try identity(from: hostAuthorities[0], now: now)
    server = local
  }

  /// Takes the host CA rotation one step on.
  mutating func rotateHostAuthority(to phase: TeleportSandbox.RotationPhase, now: Date) throws {
    switch phase {
    case .initial:
      // Trusted, but nothing is signed with it yet.
      hostAuthorities.append(
        try CertificateAuthority.make(
          cluster: cluster, tlsKey: try .generate(family), sshKey: try .generate(family), now: now))
    case .updateClients:
      local = try identity(from: newest, now: now)
    case .updateServers:
      server = local
    case .standby:
      hostAuthorities = [newest]
    }
  }

  private func identity(
    from authority: CertificateAuthority, now: Date
  ) throws -> HostIdentity {
    try HostIdentity.issue(
      hostID: hostID, cluster: cluster, authority: authority, key: try .generate(family), now: now)
  }

  private var newest: CertificateAuthority { hostAuthorities[hostAuthorities.count - 1] }

  var hostCertificates: [Certificate] { hostAuthorities.map(\.certificate) }
}
