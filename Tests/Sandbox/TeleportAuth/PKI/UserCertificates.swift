import Documents
import FoundationEssentials
import X509

/// The certificates that a user gets for its public keys.
struct UserCertificates: Sendable {
  /// Empty where no key of that kind was given.
  var ssh = ""
  var tls = ""

  static func issue(
    for identity: CertificateIdentity, sshKey: SSHPublicKey?, tlsKey: Certificate.PublicKey?,
    authority: CertificateAuthority, now: Date, expires: Date
  ) throws -> UserCertificates {
    let start = now.addingTimeInterval(-60)
    var certificates = UserCertificates()
    if let tlsKey {
      certificates.tls = try authority.issue(
        subject: try identity.subject(), publicKey: tlsKey, notBefore: start, notAfter: expires
      ).pem
    }
    if let sshKey {
      let certificate = SSHCertificate(
        kind: .user, key: sshKey, keyID: identity.username, principals: identity.logins,
        validAfter: start, validBefore: expires, extensions: sshExtensions(identity))
      certificates.ssh = try certificate.signed(
        by: authority.sshKey, nonce: .random(count: 32))
    }
    return certificates
  }

  private static func sshExtensions(_ identity: CertificateIdentity) -> [String: String] {
    let roles: JSONValue = [
      "version": "v1", "roles": .array(identity.roles.map { .string($0) }),
    ]
    var extensions = [
      "permit-pty": "", "permit-port-forwarding": "",
      "teleport-roles": roles.jsonText,
      "teleport-traits": identity.traitsJSON.jsonText,
      "teleport-route-to-cluster": identity.routeToCluster,
      "private-key-policy": "none",
    ]
    if !identity.impersonator.isEmpty { extensions["impersonator"] = identity.impersonator }
    if !identity.botName.isEmpty { extensions["bot-name@goteleport.com"] = identity.botName }
    if identity.isReissueForbidden { extensions["disallow-reissue"] = "" }
    if identity.isRenewable { extensions["renewable"] = "" }
    if identity.generation > 0 { extensions["generation"] = "\(identity.generation)" }
    if !identity.botInstanceID.isEmpty {
      extensions["bot-instance-id@goteleport.com"] = identity.botInstanceID
    }
    return extensions
  }
}
