import TeleportSchema

/// How a role is rewritten for a client that is, or may be, too old to understand it.
struct RoleDowngrade: Sendable {
  let server: ServerVersion

  /// The role as this client gets to read it.
  func role(_ role: [UInt8], for client: ClientVersion) throws(CallError) -> [UInt8] {
    // The oldest servers look at the header only where there is something to lower.
    let newest = RoleVersions.stored("", major: server.major)
    if server.major <= 12, role.string(at: ResourceField.version) != newest { return role }
    let version = try client.readable()
    var role = role
    switch server.major {
    case ...11:
      if version.map({ $0 < ServerVersion(9, 0, 0) }) ?? true { lower("v5", to: "v4", in: &role) }
    case 12:
      if version.map({ $0 < ServerVersion(12, 0, 0) }) ?? true { lower("v6", to: "v5", in: &role) }
    case 13, 14:
      guard let version else { return role }
      if version < ServerVersion(13, 1, 1) { replaceExpressions(in: &role) }
      if server.major == 14, version < ServerVersion(14, 0, 0) {
        lower("v7", to: "v6", in: &role)
      }
    default:
      guard let version else { return role }
      if server.major >= 18, version < ServerVersion(18, 0, 0) {
        lower("v8", to: "v7", in: &role)
      }
      if version < ServerVersion(17, 1, 0) { dropPortForwardingDetail(in: &role) }
    }
    return role
  }

  /// Throws where a client writes back a role that was lowered for it.
  static func requireOriginal(_ role: [UInt8]) throws(CallError) {
    let reason = role.map(at: ResourceField.labels)[Label.downgraded] ?? ""
    if !reason.isEmpty {
      throw CallError(
        .badParameter,
        "refusing to upsert role because \(Label.downgraded) label is set with reason \"\(reason)\""
      )
    }
  }

  /// From 14 on, rules on Kubernetes resources that the older version could not say are replaced by no access at all;
  /// only then the role is marked. Any other lowered role can be written back, and stays lowered.
  private func lower(_ from: String, to: String, in role: inout [UInt8]) {
    guard role.string(at: ResourceField.version) == from else { return }
    role.set(ResourceField.version, to: .string(to))
    guard server.major >= 14 else { return }
    var isRestricted = false
    let resources = ConditionField.kubernetesResources
    let labels = ConditionField.kubernetesLabels
    if role.has(RoleField.deny + [resources]) {
      role.remove(RoleField.deny + [resources])
      role.set(RoleField.deny + [labels], to: .message(LabelValues.everything))
      isRestricted = true
    }
    if role.has(RoleField.allow + [resources]) {
      role.remove(RoleField.allow + [resources])
      role.remove(RoleField.allow + [labels])
      isRestricted = true
    }
    if isRestricted { mark(&role, "the client does not support role \(from)") }
  }

  /// Old clients would ignore label expressions and grant too much: deny everything that has one.
  private func replaceExpressions(in role: inout [UInt8]) {
    var found = false
    for (expression, labels) in Self.labelsOfExpressions {
      let allowed = role.string(at: RoleField.allow + [expression])
      let denied = role.string(at: RoleField.deny + [expression])
      guard !(allowed + denied).isEmpty else { continue }
      found = true
      role.set(RoleField.deny + [labels], to: .message(LabelValues.everything))
    }
    if found { mark(&role, "label expressions are not supported by the client") }
  }

  private func dropPortForwardingDetail(in role: inout [UInt8]) {
    let path = RoleField.option(32)
    guard let detail = role.message(at: path) else { return }
    let mayForward = detail.varint(at: [1, 1, 1]) != 0 && detail.varint(at: [2, 1, 1]) != 0
    role.remove(path)
    role.set(RoleField.option(3), to: .message(.boolValue(mayForward)))
    mark(&role, "ssh_port_forwarding is not supported by the client")
  }

  private func mark(_ role: inout [UInt8], _ reason: String) {
    role.setEntry(Label.downgraded, reason, inMapAt: ResourceField.labels)
  }

  private static let labelsOfExpressions: [(expression: Int, labels: Int)] = [
    (30, ConditionField.nodeLabels), (31, ConditionField.appLabels),
    (32, ConditionField.clusterLabels), (33, ConditionField.kubernetesLabels),
    (34, ConditionField.databaseLabels), (35, ConditionField.databaseServiceLabels),
    (36, ConditionField.windowsDesktopLabels), (37, ConditionField.groupLabels),
  ]
}
