/// GitHub connectors: legacy calls everywhere, calls that answer with the resource from 15 on.
extension AuthState {
  private static let kind = "github"

  // MARK: - Reading

  func getGithubConnector(_ call: Call) throws(CallError) -> Reply {
    let withSecrets = call.message.varint(at: [2]) == 1
    try requireRead(call.caller, withSecrets)
    let name = call.message.string(at: [1])
    guard !name.isEmpty else {
      throw CallError(.badParameter, "cannot get GitHub connector, missing name")
    }
    guard let connector = cache[Self.kind, name], !connector.isExpired(at: now) else {
      throw absent(name)
    }
    return .message(Self.shown(connector, withSecrets))
  }

  func getGithubConnectors(_ call: Call) throws(CallError) -> Reply {
    let withSecrets = call.message.varint(at: [1]) == 1
    try require(.list, call.caller)
    try requireRead(call.caller, withSecrets)
    let now = now
    let connectors = cache.all(Self.kind).filter { !$0.isExpired(at: now) }
      .map { Self.shown($0, withSecrets) }
    return .message(Page.message(connectors, field: 1, next: "", nextField: 2))
  }

  private static func shown(_ connector: StoredResource, _ withSecrets: Bool) -> [UInt8] {
    var message = connector.message
    if !withSecrets { message.remove(GithubConnectorField.clientSecret) }
    return message
  }

  private func requireRead(_ caller: Caller, _ withSecrets: Bool) throws(CallError) {
    try require(.readnosecrets, caller)
    if withSecrets { try require(.read, caller) }
  }

  // MARK: - Writing

  func createGithubConnector(_ call: Call) throws(CallError) -> Reply {
    let connector = try completed(call.message.message(at: [1]) ?? [])
    try require(.create, call.caller)
    let name = connector.string(at: ResourceField.name)
    guard backend[Self.kind, name] == nil else {
      throw CallError(.alreadyExists, "github connector \"\(name)\" already exists")
    }
    count(Self.kind, \.created)
    // The reply holds the secret that was sent.
    return .message(store(connector, kind: Self.kind).message)
  }

  func updateGithubConnector(_ call: Call) throws(CallError) -> Reply {
    let connector = try completed(call.message.message(at: [1]) ?? [])
    try require(.update, call.caller)
    try requireRevision(connector, kind: Self.kind)
    count(Self.kind, \.updated)
    return .message(store(connector, kind: Self.kind).message)
  }

  func upsertGithubConnector(
    _ message: [UInt8], by caller: Caller
  ) throws(CallError) -> StoredResource {
    let connector = try completed(message)
    try require(.create, caller)
    try require(.update, caller)
    let isNew = backend[Self.kind, connector.string(at: ResourceField.name)] == nil
    count(Self.kind, isNew ? \.created : \.updated)
    return store(connector, kind: Self.kind)
  }

  func deleteGithubConnector(_ call: Call) throws(CallError) -> Reply {
    try require(.delete, call.caller)
    let name = call.message.string(at: [1])
    guard backend[Self.kind, name] != nil else { throw absent(name) }
    count(Self.kind, \.deleted)
    commit(.delete(ResourceKey(kind: Self.kind, name: name)))
    return .empty
  }

  private func completed(_ message: [UInt8]) throws(CallError) -> [UInt8] {
    var connector = message
    connector.set(ResourceField.kind, to: .string(Self.kind))
    connector.set(ResourceField.version, to: .string("v3"))
    try MetadataRules.complete(&connector, major: major)
    let mappings = connector.messages(at: GithubConnectorField.teamsToRoles)
    if mappings.isEmpty, connector.messages(at: GithubConnectorField.teamsToLogins).isEmpty {
      throw CallError(
        .badParameter,
        "team_to_logins or team_to_roles mapping is invalid, no mappings defined.")
    }
    for (index, mapping) in mappings.enumerated() where mapping.string(at: [2]).isEmpty {
      throw CallError(
        .badParameter, "team_to_roles mapping #\(index + 1) is invalid, team is empty.")
    }
    return connector
  }

  /// The right to the one kind of connector, or to all of them.
  private func require(_ verb: AccessRules.Verb, _ caller: Caller) throws(CallError) {
    if caller.rules.permits(verb, on: Self.kind) { return }
    try caller.rules.require(verb, on: "auth_connector")
  }

  private func absent(_ name: String) -> CallError {
    CallError(.notFound, "github connector \"\(name)\" is not found")
  }
}
