import FoundationEssentials
import X509

/// The auth server's own identity: it serves with it, and leaves it in its data directory for `tctl`.
struct HostIdentity: Sendable {
  let key: KeyPair
  let certificate: Certificate
  /// One `authorized_keys` line.
  let sshCertificate: String

  static func issue(
    hostID: String, cluster: String, authority: CertificateAuthority, key: KeyPair, now: Date
  ) throws -> HostIdentity {
    let identity = CertificateIdentity(
      username: "\(hostID).\(cluster)", roles: ["Admin"], teleportCluster: cluster)
    let end = now.addingTimeInterval(10 * 365 * 86_400)
    let certificate = try authority.issue(
      subject: try identity.subject(), publicKey: key.certificateKey.publicKey,
      hostNames: [
        "*.teleport.cluster.local", "teleport.cluster.local", "localhost", "127.0.0.1", hostID,
      ],
      notBefore: now.addingTimeInterval(-60), notAfter: end)
    let ssh = SSHCertificate(
      kind: .host, key: try key.sshPublicKey(), keyID: "",
      principals: ["\(hostID).\(cluster)", hostID, "localhost", "127.0.0.1"],
      validAfter: now.addingTimeInterval(-60), validBefore: end,
      extensions: ["x-teleport-role": "Admin", "x-teleport-authority": cluster])
    return HostIdentity(
      key: key, certificate: certificate,
      sshCertificate: try ssh.signed(by: authority.sshKey, nonce: .random(count: 32)))
  }
}

extension [UInt8] {
  static func random(count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255) }
  }
}
