extension AuthState {
  func getToken(_ call: Call) throws(CallError) -> Reply {
    let name = call.message.string(at: [1])
    try call.caller.rules.require(.read, on: "token")
    guard let token = storedToken(name) else { throw absentToken(name) }
    return .message(token.message)
  }

  func getTokens(_ call: Call) throws(CallError) -> Reply {
    try call.caller.rules.require(.list, .read, on: "token")
    let now = now
    let tokens = cache.all("token").filter { !$0.isExpired(at: now) }.map(\.message)
    return .message(Page.message(tokens, field: 1, next: "", nextField: 2))
  }

  func upsertToken(_ message: [UInt8], by caller: Caller) throws(CallError) -> Reply {
    var token = message
    try TokenRules(major: major).complete(&token)
    try caller.rules.require(.create, .update, on: "token")
    let isNew = backend["token", token.string(at: ResourceField.name)] == nil
    count("token", isNew ? \.created : \.updated)
    store(token, kind: "token")
    return .empty
  }

  func createToken(_ message: [UInt8], by caller: Caller) throws(CallError) -> Reply {
    var token = message
    try TokenRules(major: major).complete(&token)
    try caller.rules.require(.create, on: "token")
    let name = token.string(at: ResourceField.name)
    guard backend["token", name] == nil else {
      throw CallError(.alreadyExists, "key \"/tokens/\(name)\" already exists")
    }
    count("token", \.created)
    store(token, kind: "token")
    return .empty
  }

  func deleteToken(_ call: Call) throws(CallError) -> Reply {
    let name = call.message.string(at: [1])
    try call.caller.rules.require(.delete, on: "token")
    guard backend["token", name] != nil else { throw absentToken(name) }
    count("token", \.deleted)
    commit(.delete(ResourceKey(kind: "token", name: name)))
    return .empty
  }

  /// A token's name is a secret: most of it is not repeated.
  private func absentToken(_ name: String) -> CallError {
    let shown = name.dropFirst(name.count * 3 / 4)
    let hidden = String(repeating: "*", count: name.count - shown.count)
    return CallError(.notFound, "provisioning token(\(hidden)\(shown)) not found")
  }
}
