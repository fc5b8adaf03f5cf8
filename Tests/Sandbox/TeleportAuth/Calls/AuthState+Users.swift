extension AuthState {
  // MARK: - Reading

  /// The user's message, for a request that carries `with_secrets` at a path.
  func getUser(
    _ name: String, at secretsPath: [Int], _ call: Call
  ) throws(CallError) -> [UInt8] {
    let withSecrets = try requireSecretsRight(secretsPath, call)
    // Everybody may read itself, and who may create users may read them.
    let isSelf = call.caller.kind == .user && call.caller.name == name
    if !withSecrets, !isSelf, !call.caller.rules.permits(.create, on: "user") {
      try call.caller.rules.require(.read, on: "user")
    }
    let user = try user(name).message
    return withSecrets ? user : UserCompletion.withoutSecrets(user)
  }

  func getModernUser(_ call: Call) throws(CallError) -> Reply {
    var name = call.message.string(at: [1])
    if name.isEmpty, call.message.varint(at: [2]) == 1 { name = call.caller.name }
    return .message(try getUser(name, at: [3], call).wrapped(in: 1))
  }

  /// The caller's own user, all of whose roles must exist.
  func getCurrentUser(_ call: Call) throws(CallError) -> Reply {
    for name in call.caller.kind == .user ? [] : call.caller.roles {
      try requireRoleRead(name, call.caller)
      _ = try role(name)
    }
    let user = try user(call.caller.name)
    for name in user.roles { _ = try role(name) }
    return .message(UserCompletion.withoutSecrets(user.message))
  }

  func getUsers(_ call: Call) throws(CallError) -> Reply {
    .messages(try readableUsers(secretsPath: [1], call).map(\.message))
  }

  func getBotUsers(_ call: Call) throws(CallError) -> Reply {
    let users = try readableUsers(secretsPath: nil, call)
    return .messages(
      users.map(\.message).filter { $0.map(at: ResourceField.labels)[Label.bot] != nil })
  }

  func listUsers(_ call: Call) throws(CallError) -> Reply {
    let words = (call.message.message(at: [4]) ?? []).strings(at: [1])
    let users = try readableUsers(secretsPath: [3], call).filter { user in
      words.allSatisfy { user.key.name.contains($0) }
    }
    let page = Page.cut(
      users, size: call.message.varint(at: [1]), token: call.message.string(at: [2]))
    return .message(
      Page.message(page.resources.map(\.message), field: 1, next: page.next, nextField: 2))
  }

  private func readableUsers(
    secretsPath: [Int]?, _ call: Call
  ) throws(CallError) -> [StoredResource] {
    let withSecrets = try secretsPath.map { path throws(CallError) in
      try requireSecretsRight(path, call)
    }
    if withSecrets != true { try call.caller.rules.require(.list, .read, on: "user") }
    let now = now
    let users = cache.all("user").filter { !$0.isExpired(at: now) }
    return withSecrets == true
      ? users
      : users.map {
        StoredResource(kind: "user", message: UserCompletion.withoutSecrets($0.message))
      }
  }

  private func requireSecretsRight(_ path: [Int], _ call: Call) throws(CallError) -> Bool {
    guard call.message.varint(at: path) == 1 else { return false }
    guard call.caller.isAdmin else {
      throw CallError(.accessDenied, "this request can be only executed by an admin")
    }
    return true
  }

  // MARK: - Writing

  func createModernUser(_ call: Call) throws(CallError) -> Reply {
    let user = try createUser(call.message.message(at: [1]) ?? [], by: call.caller)
    return .message(UserCompletion.withoutSecrets(user.message).wrapped(in: 1))
  }

  func createUser(_ message: [UInt8], by caller: Caller) throws(CallError) -> StoredResource {
    var user = try checked(message, .create, by: caller)
    UserCompletion.setCreator(of: &user, to: caller.name, seconds: now.timeIntervalSince1970)
    let name = user.string(at: ResourceField.name)
    guard backend["user", name] == nil else {
      throw CallError(.alreadyExists, "user \"\(name)\" already registered")
    }
    count("user", \.created)
    return store(user, kind: "user")
  }

  /// Before 15: no revision, and who created the user is what the request says.
  func updateLegacyUser(_ call: Call) throws(CallError) -> Reply {
    let user = try checked(call.message, .update, by: call.caller)
    let name = user.string(at: ResourceField.name)
    guard backend["user", name] != nil else {
      throw CallError(.notFound, "user \"\(name)\" not found")
    }
    count("user", \.updated)
    store(user, kind: "user")
    return .empty
  }

  func updateUser(_ call: Call) throws(CallError) -> Reply {
    var user = try checked(call.message.message(at: [2]) ?? [], .update, by: call.caller)
    if let previous = cache["user", user.string(at: ResourceField.name)] {
      UserCompletion.keepCreator(of: previous.message, in: &user)
    }
    try requireRevision(user, kind: "user")
    count("user", \.updated)
    return .message(UserCompletion.withoutSecrets(store(user, kind: "user").message).wrapped(in: 1))
  }

  func upsertUser(_ call: Call) throws(CallError) -> Reply {
    var user = try checked(
      call.message.message(at: [2]) ?? [], .create, .update, by: call.caller)
    UserCompletion.setCreator(of: &user, to: call.caller.name, seconds: nil)
    let isNew = backend["user", user.string(at: ResourceField.name)] == nil
    count("user", isNew ? \.created : \.updated)
    return .message(UserCompletion.withoutSecrets(store(user, kind: "user").message).wrapped(in: 1))
  }

  func deleteUser(_ call: Call) throws(CallError) -> Reply {
    let name = call.message.string(at: [1])
    try call.caller.rules.require(.delete, on: "user")
    guard !name.isEmpty else { throw CallError(.badParameter, "missing user name") }
    guard backend["user", name] != nil else {
      throw CallError(.notFound, "user \"\(name)\" not found")
    }
    // The role that early versions made for each user goes with it.
    if backend["role", "user:\(name)"] != nil {
      commit(.delete(ResourceKey(kind: "role", name: "user:\(name)")))
    }
    count("user", \.deleted)
    commit(.delete(ResourceKey(kind: "user", name: name)))
    return .empty
  }

  private func checked(
    _ message: [UInt8], _ verbs: AccessRules.Verb..., by caller: Caller
  ) throws(CallError) -> [UInt8] {
    var user = message
    // Before 15 the form is looked at first, since then the right to write.
    if major < 15 { try validate(&user, caller) }
    for verb in verbs { try caller.rules.require(verb, on: "user") }
    if major >= 15 { try validate(&user, caller) }
    return user
  }

  private func validate(_ user: inout [UInt8], _ caller: Caller) throws(CallError) {
    try UserCompletion.complete(&user, major: major)
    guard major >= 11 else { return }
    for name in user.strings(at: UserField.roles) {
      if major < 15 { try requireRoleRead(name, caller) }
      _ = try role(name)
    }
  }
}
