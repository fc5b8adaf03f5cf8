import FoundationEssentials

extension AuthState {
  /// Makes the certificate the first of its bot: before 16 of the user, who can have but one, since then of a new
  /// instance.
  ///
  /// - Parameter rejoining: a caller that joins again with a certificate that it still has.
  func beginGeneration(
    of identity: inout CertificateIdentity, rejoining caller: Caller, expires: Date
  ) throws(CallError) {
    guard major >= 16 else {
      guard identity.isRenewable else { return }
      let counter = try storedGeneration(of: identity.username)
      if counter > 0 {
        throw CallError(
          .badParameter,
          "user \"\(identity.username)\" has already been issued a renewable certificate and cannot "
            + "be issued another; consider deleting and recreating the bot")
      }
      identity.generation = 1
      storeGeneration(1, of: identity.username)
      return
    }
    guard caller.kind == .user, caller.botName == identity.botName, !caller.botInstanceID.isEmpty
    else {
      identity.generation = 1
      addInstance(for: &identity, expires: expires)
      return
    }
    identity.botInstanceID = caller.botInstanceID
    try advanceInstance(of: &identity, presented: caller.generation, expires: expires)
  }

  /// Counts a renewal; where the certificate is not the newest, the bot is locked and the call refused.
  func advanceGeneration(
    of identity: inout CertificateIdentity, presented: UInt64, expires: Date
  ) throws(CallError) {
    if major >= 16 {
      guard !identity.botName.isEmpty else { return }
      try advanceInstance(of: &identity, presented: presented, expires: expires)
    } else {
      try advanceUser(&identity, presented: presented)
    }
  }

  private func advanceUser(
    _ identity: inout CertificateIdentity, presented: UInt64
  ) throws(CallError) {
    let stored = try storedGeneration(of: identity.username)
    if stored == 0, presented == 0 { return }
    guard stored == presented else {
      lockBot(identity.username)
      throw CallError(
        .accessDenied,
        "renewable cert generation mismatch: stored=\(stored), presented=\(presented)")
    }
    identity.generation = presented + 1
    storeGeneration(identity.generation, of: identity.username)
  }

  private func advanceInstance(
    of identity: inout CertificateIdentity, presented: UInt64, expires: Date
  ) throws(CallError) {
    botInstances = botInstances.filter { $0.value.expires > now }
    guard let instance = botInstances[identity.botInstanceID] else {
      // The bot has outlived its instance, or comes from an older server, which counted at the user.
      if presented > 0 { try advanceUser(&identity, presented: presented) }
      identity.generation = max(identity.generation, 1)
      addInstance(for: &identity, expires: expires)
      return
    }
    guard presented > 0 else {
      throw CallError(.accessDenied, "a current identity generation must be provided")
    }
    // Joins by what a platform vouches for are counted, but not held to the count.
    guard instance.generation == presented || !identity.isRenewable else {
      lockBot(identity.username)
      throw CallError(
        .accessDenied,
        "renewable cert generation mismatch for bot \(identity.botName)/\(identity.botInstanceID): "
          + "stored=\(instance.generation), presented=\(presented)")
    }
    identity.generation = instance.generation + 1
    // For a server that may be downgraded.
    if identity.isRenewable { storeGeneration(identity.generation, of: identity.username) }
    botInstances[identity.botInstanceID] = BotInstance(
      botName: identity.botName, generation: identity.generation,
      expires: expires.addingTimeInterval(BotInstance.expiryMargin))
  }

  private func addInstance(for identity: inout CertificateIdentity, expires: Date) {
    identity.botInstanceID = UUID().uuidString.lowercased()
    botInstances[identity.botInstanceID] = BotInstance(
      botName: identity.botName, generation: identity.generation,
      expires: expires.addingTimeInterval(BotInstance.expiryMargin))
  }

  /// From the committed state: a cache that lags would let a certificate be renewed twice.
  private func storedGeneration(of user: String) throws(CallError) -> UInt64 {
    guard let stored = backend["user", user] else {
      throw CallError(.notFound, "user \"\(user)\" not found")
    }
    guard let label = stored.message.map(at: ResourceField.labels)[Label.botGeneration] else {
      return 0
    }
    guard let number = UInt64(label) else {
      throw CallError(
        .badParameter, "user has invalid value for label \"\(Label.botGeneration)\"")
    }
    return number
  }

  private func storeGeneration(_ generation: UInt64, of user: String) {
    guard var message = backend["user", user]?.message else { return }
    message.setEntry(Label.botGeneration, "\(generation)", inMapAt: ResourceField.labels)
    store(message, kind: "user")
  }

  private func lockBot(_ user: String) {
    lock(
      user: user,
      message: "The bot user \"\(user)\" has been locked due to a certificate generation mismatch, "
        + "possibly indicating a stolen certificate.", createdBy: "")
  }
}
