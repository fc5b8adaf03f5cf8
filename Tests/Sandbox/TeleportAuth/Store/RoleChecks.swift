/// What the server refuses in a role.
struct RoleChecks: Sendable {
  let major: Int

  /// Throws where the role, defaults filled in, is not valid.
  func validate(_ role: [UInt8]) throws(CallError) {
    let name = role.string(at: ResourceField.name)
    if CertificateIdentity.systemRoles.contains(name) {
      throw CallError(.badParameter, "reserved role: \(name)")
    }
    try wildcards(role)
    try rules(role)
    try logins(role)
    try impersonation(role)
    try recording(role)
    try kubernetesResources(role)
    if let mode = role.varint(at: RoleField.option(28)), mode > 4 {
      throw CallError(
        .badParameter, "invalid value \(mode) for create_host_user_mode")
    }
  }

  private func wildcards(_ role: [UInt8]) throws(CallError) {
    let lists: [(field: Int, name: String)] = [
      (ConditionField.logins, "logins"), (ConditionField.awsRoleARNs, "aws_role_arns"),
      (ConditionField.azureIdentities, "allow.azure_identities"),
      (ConditionField.gcpServiceAccounts, "allow.gcp_service_accounts"),
      (ConditionField.databaseRoles, "allow.database_roles"),
    ]
    for list in lists where role.strings(at: RoleField.allow + [list.field]).contains("*") {
      throw CallError(.badParameter, "wildcard matcher is not allowed in \(list.name)")
    }
    for field in ConditionField.labels {
      let labels = LabelValues.decode(role.message(at: RoleField.allow + [field]) ?? [])
      if let values = labels["*"], values != ["*"] {
        throw CallError(.badParameter, "selector *:<val> is not supported")
      }
    }
  }

  private func rules(_ role: [UInt8]) throws(CallError) {
    for (conditions, name) in [(RoleField.allow, "allow"), (RoleField.deny, "deny")] {
      let rules = role.messages(at: conditions + [ConditionField.rules]).map(AccessRules.Rule.init)
      for (index, rule) in rules.enumerated() {
        let problem =
          rule.resources.isEmpty
          ? "missing resources to match" : rule.verbs.isEmpty ? "missing verbs" : nil
        if let problem {
          throw CallError(
            .badParameter, "failed to process '\(name)' rule \(index): \(problem)")
        }
      }
    }
  }

  private func logins(_ role: [UInt8]) throws(CallError) {
    for conditions in [RoleField.allow, RoleField.deny] {
      for login in role.strings(at: conditions + [ConditionField.logins])
      where login.contains("{{") != login.contains("}}") {
        throw CallError(.badParameter, "invalid login found: \(login)")
      }
    }
  }

  private func impersonation(_ role: [UInt8]) throws(CallError) {
    for conditions in [RoleField.allow, RoleField.deny] {
      let impersonate = conditions + [ConditionField.impersonate]
      if role.has(impersonate + [1]), !role.has(impersonate + [2]) {
        throw CallError(
          .badParameter,
          "please set both impersonate.users and impersonate.roles for user impersonation")
      }
    }
  }

  private func recording(_ role: [UInt8]) throws(CallError) {
    for option in role.strings(at: RoleField.option(7))
    where !["command", "disk", "network"].contains(option) {
      throw CallError(
        .badParameter, "invalid value for role option enhanced_recording: \(option)")
    }
    let lock = role.string(at: RoleField.option(14))
    if !["", "best_effort", "strict"].contains(lock) {
      throw CallError(.badParameter, "invalid value for role option lock: \(lock)")
    }
  }

  private func kubernetesResources(_ role: [UInt8]) throws(CallError) {
    guard major >= 12 else { return }
    let check = KubernetesResourceCheck(version: role.string(at: ResourceField.version))
    for conditions in [RoleField.allow, RoleField.deny] {
      for resource in role.messages(at: conditions + [ConditionField.kubernetesResources]) {
        try check.validate(resource)
      }
    }
  }
}
