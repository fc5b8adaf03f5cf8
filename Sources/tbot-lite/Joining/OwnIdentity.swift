import Credentials
import FoundationEssentials

/// A bot's own identity as it is kept between renewals.
struct OwnIdentity: Sendable {
  let tls: TLSIdentity
  /// authorized_keys lines of the host CA.
  let sshHostCAs: [String]
  /// Hexadecimal SHA-256 of the token that it was joined with; empty where none is kept.
  let tokenHash: String

  var bot: BotIdentity {
    BotIdentity(
      tls: tls, sshHostCAs: sshHostCAs, user: tls.certificate.commonName ?? "", requestsRoles: true)
  }

  /// What makes this identity another than the one before.
  var fingerprint: String { tls.certificate.fingerprint }

  /// By the server's clock.
  var issuedAt: Date { tls.certificate.notBefore.addingTimeInterval(ServerClock.leeway) }

  /// Whether it is time to renew.
  ///
  /// Half a period: a cycle that is repeated because an output has failed does not renew the identity each time.
  func isDue(at serverTime: Date, interval: Duration, renewedSince: Date?) -> Bool {
    if let renewedSince, issuedAt < renewedSince { return true }
    let period = RenewalSchedule(interval: interval).period(
      notAfter: tls.certificate.notAfter, serverNow: issuedAt)
    return serverTime.timeIntervalSince(issuedAt) >= period / .seconds(2)
  }
}

/// What to do about a kept identity. Pure.
enum IdentityStep: Hashable, Sendable {
  case join(Reason)
  case use
  case renew
  /// A renewal was begun and nobody knows whether the server has counted it. To renew again could lock the bot.
  case resolve

  enum Reason: String, Sendable {
    case nothingKept = "there is no identity yet"
    case tokenChanged = "there is a new token"
    case expired = "the identity has expired"
  }

  /// - Parameter begun: the renewal that was asked for last, if one was.
  static func next(
    kept: OwnIdentity?, tokenHash: String, begun: BegunRenewal?, at serverTime: Date,
    interval: Duration, renewedSince: Date?
  ) -> IdentityStep {
    guard let kept else { return .join(.nothingKept) }
    if kept.tokenHash != tokenHash { return .join(.tokenChanged) }
    if kept.tls.certificate.notAfter <= serverTime { return .join(.expired) }
    if begun?.fingerprint == kept.fingerprint { return .resolve }
    return kept.isDue(at: serverTime, interval: interval, renewedSince: renewedSince)
      ? .renew : .use
  }
}
