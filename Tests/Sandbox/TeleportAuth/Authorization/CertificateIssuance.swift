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
    if request.asksForRoles, !isSelf {
      throw CallError(
        .accessDenied,
        "User \(caller.name) tried to issue a cert for \(request.username) and added role requests. "
          + "This is not supported.")
    }
    // The stand-in has no access requests.
    if !request.accessRequests.isEmpty { throw CallError(.accessDenied, "access denied") }
    guard request.usage <= 5 else {
      throw CallError(.badParameter, "unsupported cert usage \"\(request.usage)\"")
    }
  }

  /// When the certificate ends: as asked by an administrator; for a bot that renews or asks for roles within what bots
  /// can have; not after the caller's own end for anybody else.
  static func end(
    of request: UserCertsRequest, for caller: Caller, major: Int, now: Date
  ) throws(CallError) -> Date {
    guard var end = request.expires else {
      throw CallError(.badParameter, "the certificate would have expired before it was made")
    }
    if caller.name == request.username, let own = caller.certificateExpires {
      if end >= now, isFree(request, for: caller, major: major) {
        end = min(end, now.addingTimeInterval(BotLifetime.maximum(major: major)))
      } else {
        end = min(end, own)
      }
      if end < now {
        throw CallError(
          .accessDenied, "access denied: client credentials have expired, please relogin.")
      }
    }
    guard end > now else {
      throw CallError(.badParameter, "the certificate would have expired before it was made")
    }
    return end
  }

  /// Whether the new certificate may outlive the caller's own.
  private static func isFree(
    _ request: UserCertsRequest, for caller: Caller, major: Int
  ) -> Bool {
    // From 14 on whoever asks for roles, before that only with a bot's own certificate.
    caller.isRenewable || request.asksForRoles && major >= 14
  }
}
