import Documents

/// What somebody wants to do, as authorization sees it.
struct AccessRequest: Sendable {
  let verb: String
  let group: String
  /// With `/status` for the status subresource.
  let resource: String
  let name: String
  let namespace: String

  /// The reason given where nothing allows this.
  func refusal(for user: String) -> String {
    let place =
      namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(namespace)\""
    return "User \"\(user)\" cannot \(verb) resource \"\(resource)\" in API group \"\(group)\" "
      + place
  }
}

extension SandboxUser.Rule {
  func allows(_ request: AccessRequest) -> Bool {
    Self.contains(verbs, request.verb) && Self.contains(groups, request.group)
      && Self.contains(resources, request.resource)
      && (names.isEmpty || names.contains(request.name))
      && (namespaces.isEmpty || namespaces.contains(request.namespace))
  }

  private static func contains(_ list: [String], _ value: String) -> Bool {
    list.contains("*") || list.contains(value)
  }
}

extension SandboxUser {
  func may(_ request: AccessRequest) -> Bool { rules.contains { $0.allows(request) } }
}
