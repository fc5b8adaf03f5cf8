import Documents
import Testing

@testable import TeleportSchema

@Suite struct DeclaredResourceTests {
  static func role(_ spec: JSONValue, kind: String = "TeleportRole", version: String = "v5")
    -> JSONValue
  {
    [
      "apiVersion": .string("resources.teleport.dev/" + version), "kind": .string(kind),
      "metadata": ["name": "myrole", "labels": ["team": "a"]], "spec": spec,
    ]
  }

  @Test func carriesLabelsOriginAndDescription() throws {
    var manifest = Self.role(["allow": ["logins": ["root"]]])
    manifest["metadata"]?["annotations"] = ["description": "for me", "other": "x"]
    let resource = try DeclaredResource(manifest: manifest)
    let json = try resource.schema.decode(resource.bytes)
    #expect(
      json == [
        "kind": "role", "version": "v5",
        "metadata": [
          "name": "myrole", "description": "for me",
          "labels": ["team": "a", "teleport.dev/origin": "kubernetes"],
        ],
        "spec": ["allow": ["logins": ["root"]]],
      ])
    let facts = try ResourceFacts(resource.bytes)
    #expect(facts.name == "myrole" && facts.version == "v5" && facts.isOwnedByKubernetes)
  }

  @Test(arguments: [
    ("TeleportRole", "v5", "v5"), ("TeleportRole", "v6", "v6"), ("TeleportRoleV6", "v1", "v6"),
    ("TeleportRoleV7", "v1", "v7"), ("TeleportRoleV8", "v1", "v8"), ("TeleportUser", "v2", "v2"),
  ])
  func theKindDecidesTheVersion(kind: String, version: String, teleport: String) throws {
    let resource = try DeclaredResource(manifest: Self.role([:], kind: kind, version: version))
    #expect(try ResourceFacts(resource.bytes).version == teleport)
  }

  struct Bad: Sendable {
    let spec: JSONValue
    let path: String
    let code: SchemaIssue.Code
    let message: String
  }

  static let bad = [
    Bad(
      spec: ["alow": [:]], path: "spec.alow", code: .unknownField,
      message: "unknown field; did you mean allow?"),
    Bad(
      spec: ["allow": ["logins": "root"]], path: "spec.allow.logins", code: .wrongType,
      message: "expected a list, found a string"),
    Bad(
      spec: ["allow": ["logins": ["a", 1000]]], path: "spec.allow.logins[1]", code: .wrongType,
      message: "expected a string, found an integer; put it in quotes"),
    Bad(
      spec: ["options": ["max_session_ttl": "1 hour"]], path: "spec.options.max_session_ttl",
      code: .invalidValue,
      message: "'1 hour' is not a duration such as 30m, 1h30m, 7d or never"),
    Bad(
      spec: ["options": ["max_session_ttl": 3600]], path: "spec.options.max_session_ttl",
      code: .wrongType, message: "expected a duration such as \"1h30m\", found an integer"),
    Bad(
      spec: ["options": ["max_session_ttl": "300y"]], path: "spec.options.max_session_ttl",
      code: .invalidValue,
      message: "'300y' is not a duration such as 30m, 1h30m, 7d or never"),
    Bad(
      spec: ["allow": ["node_labels": ["a.b/c": 1]]], path: "spec.allow.node_labels[\"a.b/c\"]",
      code: .wrongType, message: "expected a string or a list of strings, found an integer"),
    Bad(
      spec: ["allow": ["rules": [["verbs": ["*"]], ["verb": []]]]],
      path: "spec.allow.rules[1].verb", code: .unknownField,
      message: "unknown field; did you mean verbs?"),
    Bad(
      spec: ["options": ["create_host_user_mode": "maybe"]],
      path: "spec.options.create_host_user_mode", code: .invalidValue,
      message: "'maybe' is not one of: off, false, drop, keep, insecure-drop"),
    Bad(
      spec: ["options": ["max_connections": 1.5]], path: "spec.options.max_connections",
      code: .wrongType, message: "expected an integer, found a number"),
    Bad(
      spec: ["allow": ["request": ["thresholds": [["approve": -1]]]]],
      path: "spec.allow.request.thresholds[0].approve", code: .invalidValue,
      message: "must be from 0 to 4294967295"),
    Bad(spec: [1], path: "spec", code: .wrongType, message: "expected an object, found a list"),
  ]

  @Test(arguments: bad) func refuses(_ bad: Bad) {
    let error = #expect(throws: SchemaError.self) {
      try DeclaredResource(manifest: Self.role(bad.spec))
    }
    #expect(error?.issues == [SchemaIssue(bad.code, at: bad.path, bad.message)])
  }

  @Test func reportsEverythingAtOnce() {
    let manifest: JSONValue = [
      "apiVersion": "resources.teleport.dev/v5", "kind": "TeleportRole", "sepc": [:],
      "metadata": ["labels": ["a": 1]], "spec": ["x": 1, "allow": ["logins": 1]],
    ]
    let error = #expect(throws: SchemaError.self) { try DeclaredResource(manifest: manifest) }
    #expect(
      error?.issues.map(\.path) == [
        "sepc", "metadata.name", "metadata.labels.a", "spec.x", "spec.allow.logins",
      ])
  }

  @Test func namesTheKindsAndVersionsThatExist() {
    let kind = #expect(throws: SchemaError.self) {
      try DeclaredResource(manifest: Self.role([:], kind: "TeleportRol"))
    }
    #expect(kind?.issues.first?.message.contains("did you mean TeleportRole?") == true)
    let version = #expect(throws: SchemaError.self) {
      try DeclaredResource(manifest: Self.role([:], version: "v9"))
    }
    #expect(
      version?.issues.first?.message.contains(
        "use resources.teleport.dev/v5 or resources.teleport.dev/v6") == true)
  }

  @Test func whatTeleportManagesIsAWarning() throws {
    let resource = try DeclaredResource(
      manifest: Self.role(["expires": "2031-05-06T07:08:09Z"], kind: "TeleportUser", version: "v2"))
    #expect(resource.warnings.map(\.path) == ["spec.expires"])
  }
}
