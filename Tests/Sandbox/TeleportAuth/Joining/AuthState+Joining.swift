import FoundationEssentials

extension AuthState {
  /// `proto.JoinService/RegisterUsingToken`, and `POST /v2/tokens/register` before 15. Only bots can join.
  func join(_ request: JoinRequest, by caller: Caller) throws(CallError) -> Reply {
    try request.requireForm()
    // Before 15 the method's own check comes first, and an unknown token counts as one of method `token`.
    if major < 15 { try requireProof(request, for: storedToken(request.token)) }
    let token = try validToken(request)
    if major >= 15 { try requireProof(request, for: token) }
    let method = token.message.string(at: TokenField.joinMethod)
    guard request.role == "Bot" else {
      throw CallError(.notImplemented, "the stand-in issues no certificates for hosts")
    }
    guard supportsBots(method) else {
      throw CallError(.badParameter, "unsupported join method \"\(method)\" for bot")
    }
    let reply = try botCertificates(
      request, token.message.string(at: TokenField.botName), isRenewable: method == "token",
      caller)
    if method == "token" { commit(.delete(token.key)) }
    return reply
  }

  private func botCertificates(
    _ request: JoinRequest, _ botName: String, isRenewable: Bool, _ caller: Caller
  ) throws(CallError) -> Reply {
    guard let user = try? user(BotNames.resource(botName)),
      !user.message.has(UserField.createdByConnector)
    else { throw CallError(.accessDenied, "access denied") }
    var identity = try identity(of: user, roles: user.roles, traits: user.traits)
    identity.isRenewable = isRenewable
    if major >= 16 { identity.botName = botName }
    // An end in the past is no reason to refuse: the certificate is as useless as it was asked for.
    var end = request.expires ?? now.addingTimeInterval(BotLifetime.byDefault)
    end = min(end, now.addingTimeInterval(BotLifetime.maximum(major: major)))
    end = try shortened(end, for: identity, isUncapped: false)
    let keys = try request.keys(major: major)
    try beginGeneration(of: &identity, rejoining: caller, expires: end)
    return try issue(identity, keys, expires: end, includesHosts: true)
  }

  /// The token that the request names, fit for what it asks for.
  private func validToken(_ request: JoinRequest) throws(CallError) -> StoredResource {
    guard let token = storedToken(request.token) else {
      throw CallError(
        .accessDenied,
        "\"\(request.nodeName)\" can not join the cluster with role \"\(request.role)\", "
          + "token expired or not found")
    }
    guard token.message.strings(at: TokenField.roles).contains(request.role) else {
      throw CallError(
        .badParameter,
        "node \"\(request.nodeName)\" [\(request.hostID)] can not join the cluster, "
          + "the token does not allow \"\(request.role)\" role")
    }
    return token
  }

  func storedToken(_ name: String) -> StoredResource? {
    let token = cache["token", name] ?? backend["token", name]
    return token?.isExpired(at: now) == false ? token : nil
  }

  /// Methods with which bots can join; 11 and the first 14 have no Kubernetes among them.
  private func supportsBots(_ method: String) -> Bool {
    method == "token"
      || method == "kubernetes" && major >= 12 && version != ServerVersion(14, 0, 0)
  }
}

enum BotNames {
  /// Of a bot's user and role.
  static func resource(_ bot: String) -> String {
    "bot-" + String(bot.map { $0 == " " ? "-" : $0 })
  }
}
