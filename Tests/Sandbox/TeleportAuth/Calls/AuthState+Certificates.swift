import FoundationEssentials
import TeleportSchema

extension AuthState {
  func generateUserCerts(_ call: Call) throws(CallError) -> Reply {
    let request = UserCertsRequest(call.message)
    let caller = call.caller
    let isSelf = caller.name == request.username
    try CertificateIssuance.requireRight(caller, to: request)
    guard let user = try? user(request.username) else {
      // Not "not found": that would tell who exists.
      throw CallError(.accessDenied, "access denied")
    }
    if !isSelf, user.message.has(UserField.createdByConnector) {
      throw CallError(.accessDenied, "access denied")
    }
    var end = try CertificateIssuance.end(of: request, for: caller, major: major, now: now)
    var identity = try desiredIdentity(of: user, request, caller)
    if !request.routeToCluster.isEmpty { identity.routeToCluster = request.routeToCluster }
    let keys = try request.keys(major: major)
    end = try shortened(end, for: identity, isUncapped: caller.isAdmin)
    if identity.isRenewable {
      try advanceGeneration(of: &identity, presented: caller.generation, expires: end)
    }
    return try issue(identity, keys, expires: end, includesHosts: identity.generation > 0)
  }

  /// Whose certificate is asked for, and what it may do.
  private func desiredIdentity(
    of user: StoredResource, _ request: UserCertsRequest, _ caller: Caller
  ) throws(CallError) -> CertificateIdentity {
    guard caller.name == request.username else {
      var identity = try identity(of: user, roles: user.roles, traits: user.traits)
      identity.impersonator = caller.name
      return identity
    }
    guard request.asksForRoles else {
      var identity = try identity(of: user, roles: caller.roles, traits: caller.traits)
      identity.impersonator = caller.impersonator
      identity.isRenewable = caller.isRenewable
      identity.botInstanceID = caller.botInstanceID
      return identity
    }
    guard !request.roleRequests.isEmpty else {
      throw CallError(.badParameter, "at least one role request is required")
    }
    var identity = try identity(of: user, roles: request.roleRequests, traits: user.traits)
    var held: [[UInt8]] = []
    for name in caller.roles { held.append(try role(name).message) }
    guard RoleImpersonation.allows(request.roleRequests, by: held) else {
      let roles = request.roleRequests.map { "\"\($0)\"" }.joined(separator: " ")
      throw CallError(
        .accessDenied,
        "user \"\(caller.name)\" has requested role impersonation for [\(roles)]")
    }
    // As its own impersonator it can be told from the bot itself, and can ask for nothing more.
    identity.impersonator = caller.name
    identity.isReissueForbidden = true
    identity.botInstanceID = caller.botInstanceID
    return identity
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

  /// The end that the roles and this stand-in's own limit leave.
  func shortened(
    _ end: Date, for identity: CertificateIdentity, isUncapped: Bool
  ) throws(CallError) -> Date {
    var end = end
    if !isUncapped {
      for name in identity.roles {
        let nanoseconds = Int64(
          bitPattern: try role(name).message.varint(at: RoleField.option(2)) ?? 0)
        if nanoseconds > 0 { end = min(end, now.addingTimeInterval(Double(nanoseconds) / 1e9)) }
      }
    }
    if let maximum = maximumCertificateLifetime {
      end = min(end, now.addingTimeInterval(maximum / .seconds(1)))
    }
    // X.509 and SSH know whole seconds only.
    return Date(timeIntervalSince1970: end.timeIntervalSince1970.rounded(.down))
  }

  /// Signs, unless the user or a role is locked.
  func issue(
    _ identity: CertificateIdentity, _ keys: UserCertsRequest.Keys, expires: Date,
    includesHosts: Bool
  ) throws(CallError) -> Reply {
    if let refusal = lockInForce(user: identity.username, roles: identity.roles) { throw refusal }
    do {
      let certificates = try UserCertificates.issue(
        for: identity, sshKey: keys.ssh, tlsKey: keys.tls, authority: pki.userAuthority,
        now: now, expires: expires)
      return .message(try message(certificates, includesHosts: includesHosts))
    } catch {
      throw CallError(.unknown, "\(error)")
    }
  }

  private func message(_ certificates: UserCertificates, includesHosts: Bool) throws -> [UInt8] {
    var writer = WireWriter()
    if !certificates.ssh.isEmpty { writer.string(1, certificates.ssh) }
    if !certificates.tls.isEmpty { writer.string(2, certificates.tls) }
    // The user CA, which signs no server's certificate; a bot's own certificates come with the host CA as well.
    let authorities = pki.user.all + (includesHosts ? pki.host.all : [])
    for authority in authorities { writer.string(3, try authority.certificate.pem) }
    for authority in authorities { writer.string(4, try authority.sshAuthorizedKey()) }
    return writer.bytes
  }
}

extension StoredResource {
  /// Traits of a user.
  var traits: [String: [String]] {
    LabelValues.decode(message.message(at: UserField.traits) ?? [])
  }
}
