import FoundationEssentials
import X509

/// The certificates that a client showed in the handshake, and who vouches for the first.
struct PresentedCertificates: Sendable {
  let leaf: Certificate
  let count: Int
  let origin: ClientCertificateCheck.Origin

  var username: String { CertificateIdentity(subject: leaf.subject).username }
}

extension AuthState {
  /// Finds out who calls and what it may do. Asked anew for each call: a user may be gone or locked by now.
  func caller(_ certificates: PresentedCertificates?) throws(CallError) -> Caller {
    guard let certificates else { return .anonymous }
    guard certificates.count == 1 else {
      throw CallError(.accessDenied, "access denied: intermediaries are not supported")
    }
    let identity = CertificateIdentity(subject: certificates.leaf.subject)
    var caller = Caller(
      kind: .user, name: identity.username, roles: identity.roles, traits: identity.traits,
      impersonator: identity.impersonator, certificateExpires: certificates.leaf.notValidAfter,
      isReissueForbidden: identity.isReissueForbidden, isRenewable: identity.isRenewable,
      generation: identity.generation, botName: identity.botName,
      botInstanceID: identity.botInstanceID, rules: .nothing)
    if certificates.origin == .host, let role = identity.systemRole {
      caller.kind = .builtin(role)
      caller.rules = role == "Admin" ? .everything : .nothing
      return caller
    }
    do throws(CallError) {
      _ = try user(identity.username)
      var roles: [[UInt8]] = []
      for name in identity.roles { roles.append(try role(name).message) }
      caller.rules = AccessRules(roles: roles)
    } catch {
      // Teleport keeps the kind of error: a caller that is gone looks like a resource that is gone.
      throw error.wrapped(denial)
    }
    // The caller does not learn of the lock; who asks for its certificates does.
    if lockInForce(user: caller.name, roles: caller.roles) != nil {
      throw CallError(.accessDenied, denial)
    }
    return caller
  }

  private var denial: String {
    version < ServerVersion(12, 2, 0) ? "[10] access denied" : "access denied"
  }

  // MARK: - Reading one by name
  //
  // The cache decides, but what it does not have is looked for in the committed state: a new resource is seen at once,
  // a changed or deleted one stays as it was until the cache has caught up.

  func role(_ name: String) throws(CallError) -> StoredResource {
    guard !name.isEmpty else { throw CallError(.badParameter, "missing role name") }
    guard let role = cache["role", name] ?? backend["role", name], !role.isExpired(at: now) else {
      throw CallError(.notFound, "role \(name) is not found")
    }
    return role
  }

  func user(_ name: String) throws(CallError) -> StoredResource {
    guard !name.isEmpty else { throw CallError(.badParameter, "missing user name") }
    guard let user = cache["user", name] ?? backend["user", name], !user.isExpired(at: now) else {
      throw CallError(.notFound, "user \"\(name)\" not found")
    }
    return user
  }
}
