import FoundationEssentials
import TeleportSchema
import Testing

@testable import TeleportSandbox

/// Who may do what.
@Suite struct TeleportAuthRulesTests {
  typealias Rule = AccessRules.Rule

  @Test func ruleGrantsItsVerbsOnItsResources() {
    let rules = AccessRules(allow: [Rule(resources: ["role"], verbs: ["read", "create"])])
    #expect(rules.permits(.read, on: "role"))
    #expect(rules.permits(.readnosecrets, on: "role"))
    #expect(!rules.permits(.update, on: "role"))
    #expect(!rules.permits(.read, on: "user"))
  }

  @Test func wildcardsGrantEverything() {
    let rules = AccessRules(allow: [Rule(resources: ["*"], verbs: ["*"])])
    #expect(rules.permits(.delete, on: "anything"))
  }

  @Test func denialWins() {
    let rules = AccessRules(
      allow: [Rule(resources: ["*"], verbs: ["*"])],
      deny: [Rule(resources: ["user"], verbs: ["delete"])])
    #expect(rules.permits(.delete, on: "role"))
    #expect(!rules.permits(.delete, on: "user"))
  }

  @Test func conditionalRuleGrantsNothingAndDenies() {
    let conditional = Rule(resources: ["role"], verbs: ["read"], hasCondition: true)
    #expect(!AccessRules(allow: [conditional]).permits(.read, on: "role"))
    let both = AccessRules(allow: [Rule(resources: ["*"], verbs: ["*"])], deny: [conditional])
    #expect(!both.permits(.read, on: "role"))
  }

  @Test func upsertNamesTheVerbThatIsMissing() {
    let rules = AccessRules(allow: [Rule(resources: ["role"], verbs: ["create"])])
    let error = #expect(throws: CallError.self) {
      try rules.require(.create, .update, on: "role")
    }
    #expect(error?.code == .accessDenied)
    #expect(error?.message == #"access denied to perform action "update" on "role""#)
  }

  @Test func rolesAddUp() throws {
    let reader = try Sample.role(
      "a", allow: ["rules": [["resources": ["role"], "verbs": ["read"]]]])
    let writer = try Sample.role(
      "b", allow: ["rules": [["resources": ["user"], "verbs": ["update"]]]])
    let rules = AccessRules(roles: [reader, writer])
    #expect(rules.permits(.read, on: "role"))
    #expect(rules.permits(.update, on: "user"))
  }

  // MARK: - Certificates

  private func request(_ user: String, expires: Double? = nil, roles: [String] = [])
    -> UserCertsRequest
  {
    var writer = WireWriter()
    writer.string(2, user)
    if let expires { writer.bytes(3, TimestampMessage.encode(seconds: Int64(expires))) }
    for element in roles { writer.string(12, element) }
    return UserCertsRequest(writer.bytes)
  }

  private func caller(
    _ kind: Caller.Kind, _ name: String, impersonator: String = "", expires: Double? = nil
  ) -> Caller {
    Caller(
      kind: kind, name: name, roles: [], traits: [:], impersonator: impersonator,
      certificateExpires: expires.map { Date(timeIntervalSince1970: $0) },
      isReissueForbidden: false, rules: .nothing)
  }

  @Test func administratorIssuesForAnybodyAndAsLongAsAsked() throws {
    let admin = caller(.builtin("Admin"), "uuid.cluster", expires: 50)
    try CertificateIssuance.requireRight(admin, to: request("bot"))
    let end = try CertificateIssuance.end(
      of: request("bot", expires: 1_000_000), for: admin, major: 18,
      now: Date(timeIntervalSince1970: 10))
    #expect(end == Date(timeIntervalSince1970: 1_000_000))
  }

  @Test func userIssuesForItselfOnlyAndNotBeyondItsOwnEnd() throws {
    let user = caller(.user, "bot", impersonator: "uuid.cluster", expires: 100)
    try CertificateIssuance.requireRight(user, to: request("bot"))
    #expect(throws: CallError.self) {
      try CertificateIssuance.requireRight(user, to: request("alice"))
    }
    let now = Date(timeIntervalSince1970: 10)
    let capped = try CertificateIssuance.end(
      of: request("bot", expires: 500), for: user, major: 18, now: now)
    #expect(capped == Date(timeIntervalSince1970: 100))
    let kept = try CertificateIssuance.end(
      of: request("bot", expires: 50), for: user, major: 18, now: now)
    #expect(kept == Date(timeIntervalSince1970: 50))
  }

  @Test func roleRequestsAreRefused() {
    let admin = caller(.builtin("Admin"), "uuid.cluster")
    #expect(throws: CallError.self) {
      try CertificateIssuance.requireRight(admin, to: request("bot", roles: ["editor"]))
    }
  }

  @Test func nobodyGetsNothing() {
    #expect(throws: CallError.self) {
      try CertificateIssuance.requireRight(.anonymous, to: request("Nop"))
    }
  }

  @Test func missingOrPastEndIsRefused() {
    let admin = caller(.builtin("Admin"), "uuid.cluster")
    let now = Date(timeIntervalSince1970: 100)
    #expect(throws: CallError.self) {
      try CertificateIssuance.end(of: request("bot"), for: admin, major: 18, now: now)
    }
    #expect(throws: CallError.self) {
      try CertificateIssuance.end(of: request("bot", expires: 99), for: admin, major: 18, now: now)
    }
  }

  @Test func loginsComeFromRolesAndTraits() throws {
    let role = try Sample.role(
      "r", allow: ["logins": ["root", "{{internal.logins}}", "{{external.unix}}", "x{{a}}"]])
    let logins = RoleLogins.logins(
      of: [role], traits: ["logins": ["alice"], "unix": ["a", "b"]])
    #expect(logins == ["root", "alice", "a", "b", "-teleport-internal-join"])
    let none = RoleLogins.logins(of: [], traits: [:])
    #expect(none.first?.hasPrefix("-teleport-nologin-") == true)
  }
}
