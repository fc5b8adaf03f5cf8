extension TeleportError.Code {
  /// What a refusal is about; Teleport has one kind of error for all of them.
  ///
  /// Source: texts of Teleport 12 to 18, lib/services/lock.go and lib/auth/bot.go.
  init(refusal message: String) {
    // The lock that a mismatch leads to speaks of the mismatch.
    if message.firstRange(of: "lock targeting ") != nil,
      message.firstRange(of: " is in force") != nil
    {
      self = .locked
    } else if message.firstRange(of: "renewable cert generation mismatch") != nil {
      self = .generationMismatch
    } else {
      self = .permissionDenied
    }
  }
}

extension TeleportError {
  private static let withoutReason: Set<String> = ["access denied", "[10] access denied"]

  static let everythingIsRefused = "Teleport refuses every call"

  /// Whether Teleport has refused, and keeps to itself why.
  ///
  /// Seen on Teleport 12 and 14: a caller on whom a lock is in force gets this for every call. Whose user is gone, or
  /// whose address is not the pinned one, is told so. Source also: lib/authz/permissions.go up to 16.
  var saysNoReason: Bool { code == .permissionDenied && Self.withoutReason.contains(detail) }

  /// For a caller that is refused even what nobody needs a right for.
  func locked(_ user: String?) -> TeleportError {
    let target = user.map { "User:\"\($0)\"" } ?? "the caller"
    return TeleportError(
      .locked, operation: operation,
      detail:
        "\(Self.everythingIsRefused) and says no more than \"\(detail)\", as it does where a lock targeting "
        + "\(target) or one of its roles is in force; tctl get locks shows it",
      mayHaveTakenEffect: false)
  }
}
