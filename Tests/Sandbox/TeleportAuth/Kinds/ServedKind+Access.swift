/// Who gets what: login rules, access lists, Okta, locks, rules on requests.
extension ServedKind {
  static let access = [
    loginRule, oktaImportRule, accessList, lock, accessMonitoringRule, samlServiceProvider,
  ]

  private static func paged(_ limit: Int = 1000, reply: Int = 1) -> ServedCall.Action {
    .list(.init(reply: reply, paging: [1, 2, 2], largestPage: limit))
  }

  private static let loginRules = "teleport.loginrule.v1.LoginRuleService/"

  private static let loginRule = ServedKind(
    kind: "login_rule", version: "v1", layout: .loginRule, rules: ["login_rule"],
    licence: Licence(isThere: { $0.oidc || $0.saml }) { _ in
      CallError(.accessDenied, "this feature requires Teleport Enterprise")
    },
    complete: { rule, _ throws(CallError) in
      if !rule.has([4]), rule.string(at: [5]).isEmpty {
        throw CallError(
          .badParameter, "login rule must have one of traits_map or traits_expression")
      }
    },
    calls: [
      ServedCall(loginRules + "GetLoginRule", .get(name: 1), .since(12)),
      ServedCall(loginRules + "ListLoginRules", paged(), .since(12)),
      ServedCall(loginRules + "CreateLoginRule", .create, .since(12), resource: 1),
      ServedCall(loginRules + "UpsertLoginRule", .upsert, .since(12), resource: 1),
      ServedCall(loginRules + "DeleteLoginRule", .delete(name: 1), .since(12)),
    ])

  /// A service that open-source builds do not have.
  private static func service(_ name: String) -> Licence {
    Licence(isThere: \.advancedAccessWorkflows) { _ in
      CallError(.notImplemented, "unknown service \(name)")
    }
  }

  private static let okta = "teleport.okta.v1.OktaService/"

  private static let oktaImportRule = ServedKind(
    kind: "okta_import_rule", version: "v1", layout: .header, event: 40,
    rules: ["okta_import_rule"], licence: service("teleport.okta.v1.OktaService"),
    complete: { rule, _ throws(CallError) in
      if rule.messages(at: [2, 2]).isEmpty {
        throw CallError(.badParameter, "mappings is empty")
      }
    },
    calls: [
      ServedCall(okta + "GetOktaImportRule", .get(name: 1), .since(12)),
      ServedCall(okta + "ListOktaImportRules", paged(200), .since(12)),
      ServedCall(okta + "CreateOktaImportRule", .create, .since(12), resource: 1),
      ServedCall(
        okta + "UpdateOktaImportRule", .update(conditional: false), .since(12), resource: 1),
      ServedCall(okta + "DeleteOktaImportRule", .delete(name: 1), .since(12)),
    ])

  private static let accessLists = "teleport.accesslist.v1.AccessListService/"

  private static let accessList = ServedKind(
    kind: "access_list", version: "v1", layout: .header, event: 45, rules: ["access_list"],
    licence: service("teleport.accesslist.v1.AccessListService"),
    complete: { list, context throws(CallError) in
      for (field, name) in [
        (3, "audit"), (4, "membershipRequires"), (5, "ownershipRequires"), (6, "grants"),
      ] where !list.has([2, field]) {
        throw CallError(.badParameter, "\(name) is missing")
      }
      if list.string(at: [2, 8]).isEmpty {
        throw CallError(.badParameter, "access list title required")
      }
      if list.messages(at: [2, 2]).isEmpty { throw CallError(.badParameter, "owners are missing") }
      list.setDefault([2, 3, 3, 1], .varint(6))
      list.setDefault([2, 3, 3, 2], .varint(1))
      let due = TimestampMessage.encode(seconds: Int64(context.seconds) + 15_552_000)
      list.setDefault([2, 3, 2], .message(due))
      list.setDefault([2, 3, 4, 1], .message(TimestampMessage.encode(seconds: 1_209_600)))
      let owners = list.messages(at: [2, 2]).map { owner in
        var owner = owner
        owner.set([3], to: .varint(1))
        owner.setDefault([4], .varint(1))
        return [UInt8].FieldContent.message(owner)
      }
      list.set([2, 2], to: owners)
    },
    calls: [
      ServedCall(accessLists + "GetAccessList", .get(name: 1), .modern),
      ServedCall(accessLists + "ListAccessLists", paged(100), .modern),
      ServedCall(accessLists + "UpsertAccessList", .upsert, .modern, resource: 1),
      ServedCall(
        accessLists + "UpdateAccessList", .update(conditional: true), .modern, resource: 1),
      ServedCall(accessLists + "DeleteAccessList", .delete(name: 1), .modern),
    ])

  private static let auth = "proto.AuthService/"

  private static let lock = ServedKind(
    kind: "lock", version: "v2", event: 24, rules: ["lock"],
    complete: { lock, context throws(CallError) in
      guard let target = lock.message(at: [5, 1]), !target.isEmpty else {
        throw CallError(.badParameter, "at least one target field must be set")
      }
      guard context.major >= 13 else { return }
      lock.setDefault(
        [5, 4], .message(TimestampMessage.encode(seconds: Int64(context.seconds))))
      lock.setDefault([5, 5], .string(context.caller))
    },
    calls: [
      ServedCall(auth + "GetLock", .get(name: 1)),
      ServedCall(auth + "GetLocks", .list(.init())),
      ServedCall(auth + "UpsertLock", .upsert, answer: .empty),
      ServedCall(auth + "DeleteLock", .delete(name: 1)),
    ])

  private static let monitoring =
    "teleport.accessmonitoringrules.v1.AccessMonitoringRulesService/"

  private static let accessMonitoringRule = ServedKind(
    kind: "access_monitoring_rule", version: "v1", layout: .accessMonitoringRule, event: 54,
    rules: ["access_monitoring_rule"],
    complete: { rule, _ throws(CallError) in
      if rule.strings(at: [5, 1]).isEmpty {
        throw CallError(.badParameter, "accessMonitoringRule subject is missing")
      }
      if rule.string(at: [5, 3]).isEmpty {
        throw CallError(.badParameter, "accessMonitoringRule condition is missing")
      }
    },
    calls: [
      ServedCall(monitoring + "GetAccessMonitoringRule", .get(name: 1), .modern),
      ServedCall(monitoring + "ListAccessMonitoringRules", paged(), .modern),
      ServedCall(monitoring + "CreateAccessMonitoringRule", .create, .modern, resource: 1),
      ServedCall(
        monitoring + "UpdateAccessMonitoringRule", .update(conditional: false), .modern,
        resource: 1),
      ServedCall(monitoring + "UpsertAccessMonitoringRule", .upsert, .modern, resource: 1),
      ServedCall(monitoring + "DeleteAccessMonitoringRule", .delete(name: 1), .modern),
    ])

  private static let samlServiceProvider = ServedKind(
    kind: "saml_idp_service_provider", version: "v1", layout: .header, event: 36,
    rules: ["saml_idp_service_provider"],
    complete: { provider, context throws(CallError) in
      if provider.string(at: [2, 2]).isEmpty {
        throw CallError(.badParameter, "either entity_descriptor or entity_id must be provided")
      }
      guard provider.string(at: [2, 1]).isEmpty else { return }
      if context.existing != nil {
        throw CallError(
          .badParameter, "invalid entity descriptor for SAML IdP Service Provider")
      }
      if provider.string(at: [2, 3]).isEmpty {
        throw CallError(.badParameter, "either entity_descriptor or acs_url must be provided")
      }
      provider.set(
        [2, 1], to: .string("<EntityDescriptor entityID=\"\(provider.string(at: [2, 2]))\"/>"))
    },
    calls: [
      ServedCall(auth + "GetSAMLIdPServiceProvider", .get(name: 1), .since(12)),
      ServedCall(auth + "ListSAMLIdPServiceProviders", paged(200), .since(12)),
      ServedCall(auth + "CreateSAMLIdPServiceProvider", .create, .since(12), answer: .empty),
      ServedCall(
        auth + "UpdateSAMLIdPServiceProvider", .update(conditional: false), .since(12),
        answer: .empty),
      ServedCall(auth + "DeleteSAMLIdPServiceProvider", .delete(name: 1), .since(12)),
    ])
}
