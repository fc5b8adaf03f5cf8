import Documents
import TeleportSchema
import Testing

@testable import TeleportSandbox

/// What becomes of a role when it is stored.
@Suite struct TeleportAuthRoleTests {
  private func stored(
    _ major: Int, _ version: String, allow: JSONValue = [:], options: JSONValue = [:]
  ) throws -> JSONValue {
    var role = try Sample.role("r", version: version, allow: allow, options: options)
    try RoleDefaults(major: major).complete(&role)
    return try Sample.decode("role", role)
  }

  @Test(arguments: [
    (11, "v5", "v5"), (11, "v6", "v5"), (11, "", "v5"), (12, "v7", "v6"), (14, "v7", "v7"),
    (14, "v8", "v7"), (18, "v8", "v8"), (18, "v99", "v8"), (18, "v3", "v3"),
  ])
  func unknownVersionBecomesTheNewest(major: Int, sent: String, kept: String) throws {
    #expect(try stored(major, sent)["version"] == .string(kept))
  }

  @Test(arguments: [11, 14, 18])
  func optionsAreFilledIn(major: Int) throws {
    let options = try #require(try stored(major, "v5")[["spec", "options"]])
    #expect(options["max_session_ttl"] == "30h0m0s")
    #expect(options["enhanced_recording"] == ["command", "network"])
    #expect(options[["record_session", "default"]] == "best_effort")
    #expect(options["ssh_file_copy"] == true)
    #expect(options["port_forwarding"] == (major <= 14 ? true : nil))
    #expect(options["create_host_user"] == (major == 11 ? false : nil))
    #expect(options[["idp", "saml", "enabled"]] == (major >= 12 ? true : nil))
  }

  @Test func whatIsSetStays() throws {
    let options = try stored(
      14, "v6",
      options: ["max_session_ttl": "1h", "port_forwarding": false, "ssh_file_copy": false]
    )[["spec", "options"]]
    #expect(options?["max_session_ttl"] == "1h0m0s")
    #expect(options?["port_forwarding"] == false)
    #expect(options?["ssh_file_copy"] == false)
  }

  @Test func kubernetesResourcesAreImpliedByVersion() throws {
    let allow: JSONValue = ["kubernetes_labels": ["*": "*"]]
    func resource(_ major: Int, _ version: String) throws -> JSONValue? {
      try stored(major, version, allow: allow)[["spec", "allow", "kubernetes_resources"]]
    }
    #expect(
      try resource(14, "v5")
        == [["kind": "pod", "namespace": "*", "name": "*", "verbs": ["*"]]])
    #expect(try resource(14, "v6") == nil)
    #expect(
      try resource(14, "v7") == [["kind": "*", "namespace": "*", "name": "*", "verbs": ["*"]]])
    #expect(
      try resource(18, "v8")
        == [["kind": "*", "namespace": "*", "name": "*", "verbs": ["*"], "api_group": "*"]])
    #expect(try resource(11, "v5") == nil)
    // Teleport 12 implied pods even where there are no labels, 14 does not.
    let bare = ["spec", "allow", "kubernetes_resources"]
    #expect(try stored(12, "v5")[bare] == [["kind": "pod", "namespace": "*", "name": "*"]])
    #expect(try stored(14, "v5")[bare] == nil)
  }

  @Test func recordingDefaultsComeOnlyWhereNothingIsSaid() throws {
    let said = try stored(14, "v5", options: ["record_session": ["ssh": "strict"]])
    #expect(said[["spec", "options", "record_session"]] == ["ssh": "strict"])
  }

  @Test func unknownFieldsStay() throws {
    var role = try Sample.role("r", version: "v7")
    var writer = WireWriter()
    writer.append(encoded: role)
    writer.string(900, "from the future")
    role = writer.bytes
    try RoleDefaults(major: 18).complete(&role)
    #expect(role.string(at: [900]) == "from the future")
  }

  struct Refusal: Sendable {
    let version: String
    let allow: JSONValue
    var options: JSONValue = [:]
  }

  static let refusals: [Refusal] = [
    Refusal(version: "v5", allow: ["logins": ["*"]]),
    Refusal(version: "v5", allow: ["logins": ["{{internal.logins"]]),
    Refusal(version: "v5", allow: ["aws_role_arns": ["*"]]),
    Refusal(version: "v7", allow: ["db_roles": ["*"]]),
    Refusal(version: "v5", allow: ["node_labels": ["*": "dev"]]),
    Refusal(version: "v5", allow: ["rules": [["resources": ["role"]]]]),
    Refusal(version: "v5", allow: ["rules": [["verbs": ["read"]]]]),
    Refusal(version: "v5", allow: ["impersonate": ["users": ["alice"]]]),
    Refusal(version: "v5", allow: [:], options: ["enhanced_recording": ["everything"]]),
    Refusal(version: "v5", allow: [:], options: ["lock": "loose"]),
    Refusal(
      version: "v6",
      allow: ["kubernetes_resources": [["kind": "secret", "namespace": "*", "name": "*"]]]),
    Refusal(
      version: "v7",
      allow: [
        "kubernetes_resources": [
          ["kind": "pod", "namespace": "*", "name": "*", "verbs": ["*", "get"]]
        ]
      ]),
    Refusal(
      version: "v8",
      allow: [
        "kubernetes_resources": [
          ["kind": "pod", "namespace": "*", "name": "*", "verbs": ["*"], "api_group": "*"]
        ]
      ]),
    Refusal(
      version: "v8",
      allow: [
        "kubernetes_resources": [
          ["kind": "deployments", "namespace": "*", "name": "*", "verbs": ["*"]]
        ]
      ]),
  ]

  @Test(arguments: refusals) func badRoleIsRefused(_ refusal: Refusal) throws {
    let role = try Sample.role(
      "r", version: refusal.version, allow: refusal.allow, options: refusal.options)
    let error = #expect(throws: CallError.self) { try RoleChecks(major: 18).validate(role) }
    #expect(error?.code == .badParameter)
  }

  @Test func presetsAndOrdinaryRolesPass() throws {
    for major in [11, 14, 18] {
      for preset in PresetRoles.all(major: major) {
        var role = try Sample.encode("role", preset)
        try RoleDefaults(major: major).complete(&role)
        try RoleChecks(major: major).validate(role)
      }
    }
  }

  @Test func systemRoleNamesAreReserved() throws {
    let role = try Sample.role("Admin")
    #expect(throws: CallError.self) { try RoleChecks(major: 18).validate(role) }
  }

  @Test func originIsOneOfAFixedSet() throws {
    var good = try Sample.role("r", labels: [Label.origin: "kubernetes"] as JSONValue)
    try MetadataRules.complete(&good, major: 18)
    var bad = try Sample.role("r", labels: [Label.origin: "terraform-ish"] as JSONValue)
    #expect(throws: CallError.self) { try MetadataRules.complete(&bad, major: 18) }
  }

  @Test(
    arguments: [
      ["max_sessions": 2], ["pin_source_ip": true], ["require_session_mfa": "hardware_key"],
      ["request_access": "reason"],
    ] as [JSONValue])
  func enterpriseOptionsNeedALicence(options: JSONValue) throws {
    let role = try Sample.role("r", version: "v7", options: options)
    let error = #expect(throws: CallError.self) {
      try EnterpriseRoleChecks.validate(role, features: .init())
    }
    #expect(error?.code == .accessDenied)
    try EnterpriseRoleChecks.validate(role, features: .enterprise)
  }
}
