import Credentials
import FoundationEssentials
import TeleportClient

/// The cluster's CAs, old and new during a rotation.
struct TrustedAuthorities: Sendable, Hashable {
  /// PEM; nil where the server does not say, and then what comes with the certificates stands.
  let host: [String]?
  private let user: [String]?
  private let database: [String]
  /// authorized_keys lines.
  let sshHostCAs: [String]

  /// Asks for all of them.
  ///
  /// - Parameter identity: its host CA is used where the server does not answer for SSH.
  init(_ connection: AuthConnection, identity: BotIdentity) async throws(TeleportError) {
    let host = try await Self.authority(.host, connection)
    self.host = host.map(\.tlsCertificates)
    sshHostCAs = host.map(\.sshPublicKeys) ?? identity.sshHostCAs
    user = try await Self.authority(.user, connection)?.tlsCertificates
    database = try await Self.authority(.database, connection)?.tlsCertificates ?? []
  }

  /// - Returns: nil where the server has no such CA, or does not show it to this identity.
  private static func authority(
    _ type: CertificateAuthorityType, _ connection: AuthConnection
  ) async throws(TeleportError) -> CertificateAuthority? {
    do {
      return try await connection.certificateAuthority(type)
    } catch
      where [.notFound, .permissionDenied, .unimplemented, .invalidArgument].contains(error.code)
    {
      return nil
    }
  }

  /// Adds the CAs to what was issued.
  func complete(_ issued: IssuedCredentials) -> IssuedCredentials {
    IssuedCredentials(
      keyPair: issued.keyPair, certificatePEM: issued.certificatePEM,
      sshCertificate: issued.sshCertificate, hostCAPEMs: host ?? issued.hostCAPEMs,
      userCAPEMs: user ?? issued.userCAPEMs, databaseCAPEMs: database, sshHostCAs: sshHostCAs,
      clusterName: issued.clusterName)
  }
}
