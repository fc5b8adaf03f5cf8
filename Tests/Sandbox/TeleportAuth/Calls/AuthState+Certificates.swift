import FoundationEssentials
import TeleportSchema

extension AuthState {
  func generateUserCerts(_ call: Call) throws(CallError) -> Reply {
    let request = UserCertsRequest(call.message)
    let caller = call.caller
    try CertificateIssuance.requireRight(caller, to: request)
    guard let user = try? user(request.username) else {
      // Not "not found": that would tell who exists.
      throw CallError(.accessDenied, "access denied")
    }
    let isSelf = caller.name == request.username
    if !isSelf, user.message.has(UserField.createdByConnector) {
      throw CallError(.accessDenied, "access denied")
    }
    let end = try CertificateIssuance.end(of: request, for: caller, now: now)
    let keys = try request.keys(major: major)
    var identity = try identity(
      of: user, roles: isSelf ? caller.roles : user.roles,
      traits: isSelf ? caller.traits : user.traits)
    identity.impersonator = isSelf ? caller.impersonator : caller.name
    if !request.routeToCluster.isEmpty { identity.routeToCluster = request.routeToCluster }
    do {
      let certificates = try UserCertificates.issue(
        for: identity, sshKey: keys.ssh, tlsKey: keys.tls, authority: pki.userAuthority,
        now: now, expires: end)
      return .message(try message(certificates))
    } catch {
      throw CallError(.unknown, "\(error)")
    }
  }

  /// What a certificate of that user says.
  func identity(
    of user: StoredResource, roles: [String], traits: [String: [String]]
  ) throws(CallError) -> CertificateIdentity {
    var held: [[UInt8]] = []
    for name in roles { held.append(try role(name).message) }
    return CertificateIdentity(
      username: user.key.name, roles: roles,
      logins: RoleLogins.logins(of: held, traits: traits), traits: traits,
      routeToCluster: clusterName, teleportCluster: clusterName,
      botName: user.message.map(at: ResourceField.labels)[Label.bot] ?? "",
      userType: major >= 14 ? "local" : "")
  }

  private func message(_ certificates: UserCertificates) throws -> [UInt8] {
    var writer = WireWriter()
    if !certificates.ssh.isEmpty { writer.string(1, certificates.ssh) }
    if !certificates.tls.isEmpty { writer.string(2, certificates.tls) }
    // The user CA, which signs no server's certificate.
    writer.string(3, try pki.userAuthority.certificate.pem)
    writer.string(4, try pki.userAuthority.sshAuthorizedKey())
    return writer.bytes
  }
}

extension StoredResource {
  /// Traits of a user.
  var traits: [String: [String]] {
    LabelValues.decode(message.message(at: UserField.traits) ?? [])
  }
}
