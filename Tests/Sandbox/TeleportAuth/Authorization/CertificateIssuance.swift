import FoundationEssentials

/// Who may have certificates made for whom, and for how long.
enum CertificateIssuance {
  /// Throws where the caller may not ask; nothing is looked up before this is decided.
  static func requireRight(
    _ caller: Caller, to request: UserCertsRequest
  ) throws(CallError) {
    let isSelf = caller.name == request.username
    if caller.kind == .anonymous || !caller.isAdmin && !isSelf {
      throw CallError(.accessDenied, "access denied: impersonation is not allowed")
    }
    if caller.isReissueForbidden {
      throw CallError(
        .accessDenied, "access denied: identity is not allowed to reissue certificates")
    }
    if !caller.impersonator.isEmpty {
      if !request.accessRequests.isEmpty {
        throw CallError(
          .accessDenied, "access denied: impersonated user can not request new roles")
      }
      if request.asksForRoles {
        throw CallError(
          .accessDenied, "access denied: impersonated roles can not request other roles")
      }
      if !isSelf {
        throw CallError(
          .accessDenied, "access denied: impersonated user can not impersonate anyone else")
      }
    }
    // Roles can be asked for by a bot for itself; the stand-in has no such bots.
    if request.asksForRoles || !request.accessRequests.isEmpty {
      throw CallError(.accessDenied, "access denied")
    }
    guard request.usage <= 5 else {
      throw CallError(.badParameter, "unsupported cert usage \"\(request.usage)\"")
    }
  }

  /// When the certificate ends: as asked by an administrator, not after its own end for anybody else.
  static func end(
    of request: UserCertsRequest, for caller: Caller, now: Date
  ) throws(CallError) -> Date {
    guard var end = request.expires else {
      throw CallError(.badParameter, "the certificate would have expired before it was made")
    }
    if caller.name == request.username, let own = caller.certificateExpires {
      end = min(end, own)
      if end < now {
        throw CallError(
          .accessDenied, "access denied: client credentials have expired, please relogin.")
      }
    }
    guard end > now else {
      throw CallError(.badParameter, "the certificate would have expired before it was made")
    }
    // X.509 and SSH know whole seconds only.
    return Date(timeIntervalSince1970: end.timeIntervalSince1970.rounded(.down))
  }
}
