/// Role fields that an open-source build refuses.
enum EnterpriseRoleChecks {
  static func validate(_ role: [UInt8], features: TeleportSandbox.Features) throws(CallError) {
    func refuse(_ what: String) throws(CallError) {
      throw CallError(.accessDenied, "role \(what) is only available in enterprise subscriptions")
    }
    if !features.accessControls {
      if (role.varint(at: RoleField.option(10)) ?? 0) != 0 { try refuse("option max_sessions") }
      if (role.varint(at: RoleField.option(21)) ?? 0) != 0 { try refuse("option pin_source_ip") }
      // Everything above "session" asks for a hardware key.
      if (role.varint(at: RoleField.option(23)) ?? 0) > 1 {
        throw CallError(
          .accessDenied, "Hardware Key support is only available with an enterprise license")
      }
    }
    guard !features.advancedAccessWorkflows else { return }
    let access = role.string(at: RoleField.option(11))
    if ["reason", "always"].contains(access) { try refuse("option request_access: \(access)") }
    let request = RoleField.allow + [ConditionField.request]
    if role.has(request + [4]) { try refuse("field allow.request.thresholds") }
    if role.has(request + [6]) { try refuse("field allow.search_as_roles") }
    let reviews = role.message(at: RoleField.allow + [ConditionField.reviewRequests]) ?? []
    if !reviews.isEmpty { try refuse("field allow.review_requests") }
  }
}
