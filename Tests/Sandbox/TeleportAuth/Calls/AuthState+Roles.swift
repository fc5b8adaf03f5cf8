extension AuthState {
  // MARK: - Reading

  func getRole(_ call: Call) throws(CallError) -> Reply {
    let name = call.message.string(at: [1])
    try requireRoleRead(name, call.caller)
    return .message(try downgraded(try role(name), call))
  }

  func getRoles(_ call: Call) throws(CallError) -> Reply {
    try call.caller.rules.require(.list, .read, on: "role")
    let roles = try downgraded(cache.all("role"), call)
    return .message(Page.message(roles, field: 1, next: "", nextField: 2))
  }

  func listRoles(_ call: Call) throws(CallError) -> Reply {
    try call.caller.rules.require(.list, .read, on: "role")
    let words = (call.message.message(at: [3]) ?? []).strings(at: [1])
    let roles = cache.all("role").filter { role in words.allSatisfy { role.key.name.contains($0) } }
    let page = Page.cut(
      roles, size: call.message.varint(at: [1]), token: call.message.string(at: [2]))
    let messages = try downgraded(Array(page.resources), call)
    return .message(Page.message(messages, field: 1, next: page.next, nextField: 2))
  }

  private func downgraded(
    _ roles: [StoredResource], _ call: Call
  ) throws(CallError) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    for role in roles where !role.isExpired(at: now) {
      messages.append(try downgraded(role, call))
    }
    return messages
  }

  private func downgraded(_ role: StoredResource, _ call: Call) throws(CallError) -> [UInt8] {
    try RoleDowngrade(server: version).role(role.message, for: call.client)
  }

  /// A user may always read the roles that it holds.
  func requireRoleRead(_ name: String, _ caller: Caller) throws(CallError) {
    if caller.kind == .user, caller.roles.contains(name) { return }
    try caller.rules.require(.read, on: "role")
  }

  // MARK: - Writing

  func createRole(_ call: Call) throws(CallError) -> Reply {
    let role = try completed(call.message.message(at: [1]) ?? [])
    try call.caller.rules.require(.create, on: "role")
    try RoleDowngrade.requireOriginal(role)
    try EnterpriseRoleChecks.validate(role, features: features)
    let name = role.string(at: ResourceField.name)
    guard backend["role", name] == nil else {
      throw CallError(.alreadyExists, "\"/roles/\(name)/params\" already exists")
    }
    count("role", \.created)
    return .message(store(role, kind: "role").message)
  }

  func updateRole(_ call: Call) throws(CallError) -> Reply {
    let role = try completed(call.message.message(at: [1]) ?? [])
    try call.caller.rules.require(.update, on: "role")
    try RoleDowngrade.requireOriginal(role)
    try EnterpriseRoleChecks.validate(role, features: features)
    try requireRevision(role, kind: "role")
    count("role", \.updated)
    return .message(store(role, kind: "role").message)
  }

  func upsertRoleV2(_ call: Call) throws(CallError) -> Reply {
    .message(try upsertRole(call.message.message(at: [1]) ?? [], by: call.caller).message)
  }

  func upsertRole(_ message: [UInt8], by caller: Caller) throws(CallError) -> StoredResource {
    if message.has(RoleField.option(3)), message.has(RoleField.option(32)), major >= 15 {
      throw CallError(
        .badParameter, "options.port_forwarding and options.ssh_port_forwarding cannot both be set")
    }
    let role = try completed(message)
    try caller.rules.require(.create, .update, on: "role")
    if major >= 13 { try RoleDowngrade.requireOriginal(role) }
    try EnterpriseRoleChecks.validate(role, features: features)
    let isNew = backend["role", role.string(at: ResourceField.name)] == nil
    count("role", isNew ? \.created : \.updated)
    return store(role, kind: "role")
  }

  private func completed(_ message: [UInt8]) throws(CallError) -> [UInt8] {
    var role = message
    try RoleDefaults(major: major).complete(&role)
    try RoleChecks(major: major).validate(role)
    return role
  }

  func deleteRole(_ call: Call) throws(CallError) -> Reply {
    let name = call.message.string(at: [1])
    try call.caller.rules.require(.delete, on: "role")
    guard !name.isEmpty else { throw CallError(.badParameter, "missing role name") }
    if backend.users(holding: name) {
      // Before 15 a bad parameter, since then an error of no particular kind.
      throw CallError(
        major < 15 ? .badParameter : .unknown,
        "failed to delete a role that is still in use by a user, "
          + "check the system server logs for more details")
    }
    guard backend["role", name] != nil else {
      throw CallError(.notFound, "role \"\(name)\" is not found")
    }
    count("role", \.deleted)
    commit(.delete(ResourceKey(kind: "role", name: name)))
    return .empty
  }

  /// Throws unless the resource carries the revision that is stored; also where nothing is stored.
  func requireRevision(_ resource: [UInt8], kind: String) throws(CallError) {
    let layout = MessageLayout.of(kind)
    let revision = resource.string(at: layout.revision)
    let stored = backend[kind, resource.string(at: layout.name)]
    guard let stored, !revision.isEmpty, revision == stored.revision else {
      throw CallError(
        .compareFailed,
        "resource revision does not match, it may have been concurrently created|modified|deleted; "
          + "please work from the latest state, or use --force to overwrite")
    }
  }
}
