extension TeleportError {
  func settingEffect(_ mayHaveTakenEffect: Bool) -> TeleportError {
    TeleportError(
      code, operation: operation, ownWords: detail, mayHaveTakenEffect: mayHaveTakenEffect)
  }

  /// Of a call that changes nothing.
  var ofRead: TeleportError { settingEffect(false) }

  /// Of a call that moves a bot's counter or uses up its token: the server does that first and looks at the rest of
  /// the request afterwards, so that most refusals do not say that nothing happened.
  ///
  /// Source: Teleport 12 and 14, lib/auth/{bot,auth_with_roles,join}.go.
  var ofIssuance: TeleportError {
    switch code {
    case .generationMismatch, .revisionConflict, .limitExceeded, .unimplemented,
      .untrustedServer, .certificateRejected:
      self
    case .unreachable, .deadlineExceeded, .cancelled, .malformedReply:
      self
    case .notFound, .alreadyExists, .permissionDenied, .locked, .invalidArgument, .refused:
      settingEffect(!Self.earlyRefusals.contains { detail.firstRange(of: $0) != nil })
    }
  }

  /// What is said before anything is moved: of a token that is not good, of a bot that already has certificates, of a
  /// caller that is refused everything. A lock that is only found when the certificate is made comes after.
  private static let earlyRefusals = [
    "can not join the cluster with role", "has already been issued a renewable certificate",
    everythingIsRefused,
  ]

  /// A shorter one is found in every other word, and by everybody.
  private static let shortestSecret = 8

  /// Without a text that must not be seen, whatever it looks like.
  func hiding(_ secrets: [String]) -> TeleportError {
    var text = detail
    for secret in secrets where secret.count >= Self.shortestSecret {
      text = text.replacing(secret, with: "***")
    }
    return TeleportError(
      code, operation: operation, ownWords: text, mayHaveTakenEffect: mayHaveTakenEffect)
  }
}
