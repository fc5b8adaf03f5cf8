import Documents
import Testing

@testable import TeleportSchema

/// What the options of the schema files mean, at the kinds that have them.
@Suite struct LayoutTests {
  private func schema(_ kind: String) throws -> ResourceSchema {
    try #require(ResourceSchema.named(kind))
  }

  private func resource(_ kind: String, _ spec: JSONValue) -> JSONValue {
    ["kind": .string(kind), "version": "v1", "metadata": ["name": "n"], "spec": spec]
  }

  private func issues(_ kind: String, _ spec: JSONValue) throws -> [String] {
    let schema = try schema(kind)
    do throws(SchemaError) {
      _ = try schema.encode(resource(kind, spec))
      return []
    } catch { return error.issues.map(\.description) }
  }

  // MARK: - Depth

  @Test(arguments: ["access_list", "okta_import_rule", "login_rule", "access_monitoring_rule"])
  func theHeaderIsFoundWhereverItStands(kind: String) throws {
    let schema = try schema(kind)
    let facts = try schema.facts(of: schema.encode(resource(kind, [:])))
    #expect(facts.name == "n" && facts.version == "v1")
  }

  @Test func aGroupStandsInTheMessageItself() throws {
    let schema = try schema("login_rule")
    let bytes = try schema.encode(resource("login_rule", ["priority": 7]))
    #expect(try WireReader.fields(of: bytes).last?.number == 3)
    #expect(try schema.decode(bytes)["spec"] == ["priority": 7])
    #expect(
      try issues("login_rule", ["priority": "x"]) == [
        "spec.priority: expected an integer, found a string"
      ])
    #expect(try issues("login_rule", ["prio": 1]).first?.hasPrefix("spec.prio: unknown") == true)
  }

  @Test func anInlinedFieldHasThePathThatItHasInJSON() throws {
    let spec: JSONValue = ["max_age": "soon"]
    #expect(try issues("oidc", spec).first?.hasPrefix("spec.max_age: ") == true)
  }

  @Test func thereIsOneOfASingleton() throws {
    let manifest: JSONValue = [
      "apiVersion": "resources.teleport.dev/v1", "kind": "TeleportAutoupdateConfigV1",
      "metadata": ["name": "other"], "spec": [:],
    ]
    let error = #expect(throws: SchemaError.self) { try DeclaredResource(manifest: manifest) }
    #expect(error?.issues.map(\.path) == ["metadata.name"])
  }

  @Test func theKindSaysTheSubKind() throws {
    for (kind, subKind) in [
      ("TeleportOpenSSHServerV2", "openssh"), ("TeleportOpenSSHEICEServerV2", "openssh-ec2-ice"),
    ] {
      let declared = try DeclaredResource(manifest: [
        "apiVersion": "resources.teleport.dev/v1", "kind": .string(kind),
        "metadata": ["name": "n"], "spec": ["addr": "a:22"],
      ])
      #expect(try declared.schema.decode(declared.bytes)["sub_kind"]?.string == subKind)
    }
  }

  // MARK: - Values

  @Test func oneOfTheOperatorsOnly() throws {
    let condition: JSONValue = ["attribute": "a", "eq": ["value": "x"], "in": ["values": ["y"]]]
    let found = try issues("workload_identity", ["rules": ["allow": [["conditions": [condition]]]]])
    #expect(found == ["spec.rules.allow[0].conditions[0].in: cannot stand beside eq"])
  }

  @Test(arguments: [
    ("5400s", 5400, 0), ("0.5s", 0, 500_000_000), ("-1.25s", -1, -250_000_000), ("1.s", 1, 0),
  ])
  func secondsAreRead(text: String, seconds: Int64, nanoseconds: Int32) {
    #expect(
      SecondsText.parse(text) == SecondsText.Value(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(arguments: ["", "s", "1", "1h", "1.0000000001s", "315576000001s", "1 s", "--1s", ".s"])
  func whatIsNoNumberOfSecondsIsRefused(_ text: String) throws {
    #expect(SecondsText.parse(text) == nil)
    #expect(
      try issues("bot", ["max_session_ttl": .string(text)]).first?
        .hasPrefix("spec.max_session_ttl: ") == true)
  }

  @Test func wordsOnlyAreWordsOnly() throws {
    let spec: JSONValue = ["audit": ["recurrence": ["frequency": 3]]]
    let found = try issues("access_list", spec)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("spec.audit.recurrence.frequency: expected a string") == true)
  }

  @Test func anyObjectIsAStructure() throws {
    let schema = try schema("workload_identity")
    let claims: JSONValue = [
      "text": "x", "number": 1.5, "whole": 7, "yes": true, "nothing": .null,
      "list": [1, ["a": .null]], "object": ["inner": [:]],
    ]
    let spec: JSONValue = ["spiffe": ["id": "/a", "jwt": ["extra_claims": claims]]]
    let bytes = try schema.encode(resource("workload_identity", spec))
    #expect(
      try schema.decode(bytes)[["spec", "spiffe", "jwt", "extra_claims"]] == claims)
  }

  // MARK: - Who has the say

  @Test func whatServersMissIsSentEmpty() throws {
    let bytes = try schema("access_list").encode(resource("access_list", [:]))
    for field in [3, 4, 5, 6] {
      #expect(try WireReader.bytes(at: [2, field], in: bytes) != nil, "\(field)")
    }
    #expect(
      try WireReader.bytes(
        at: [5, 2], in: schema("workload_identity").encode(resource("workload_identity", [:])))
        != nil)
  }

  @Test func whatIsSaidAtTheBeginningIsTeleportsAfterwards() throws {
    let schema = try schema("access_list")
    let live = try schema.encode(
      resource(
        "access_list", ["audit": ["next_audit_date": "2030-01-01T00:00:00Z"], "title": "old"]))
    let declared = try schema.encode(
      resource(
        "access_list", ["audit": ["next_audit_date": "2029-01-01T00:00:00Z"], "title": "new"]))
    let merged = try schema.decode(schema.merge(declared: declared, over: live))
    #expect(merged[["spec", "audit", "next_audit_date"]] == "2030-01-01T00:00:00Z")
    #expect(merged[["spec", "title"]] == "new")
    let other = try schema.encode(resource("access_list", ["title": "old"]))
    #expect(try schema.managedHash(of: live) == schema.managedHash(of: other))
  }

  @Test func whatTeleportFillsInStaysUnlessItIsDeclared() throws {
    let schema = try schema("saml")
    let key: JSONValue = ["private_key": "secret", "cert": "made by Teleport"]
    let live = try schema.encode(resource("saml", ["acs": "a", "signing_key_pair": key]))
    let declared = try schema.encode(resource("saml", ["acs": "b"]))
    let merged = try schema.decode(schema.merge(declared: declared, over: live))
    #expect(merged["spec"] == ["acs": "b", "signing_key_pair": key])
    let own = try schema.encode(resource("saml", ["signing_key_pair": ["cert": "own"]]))
    #expect(
      try schema.decode(schema.merge(declared: own, over: live))[[
        "spec", "signing_key_pair", "cert",
      ]] == "own")
  }

  @Test func whatHasNoOrderHasNone() throws {
    let schema = try schema("bot")
    let traits: [JSONValue] = [
      ["name": "a", "values": ["1", "2"]], ["name": "b", "values": ["3"]],
    ]
    let one = try schema.encode(resource("bot", ["traits": .array(traits)]))
    let other = try schema.encode(resource("bot", ["traits": .array(traits.reversed())]))
    #expect(one != other)
    #expect(try schema.managedHash(of: one) == schema.managedHash(of: other))
    #expect(try schema.comparedFields(of: one) == schema.comparedFields(of: other))
  }

  // MARK: - Comparing

  @Test(
    arguments: [
      (["a": [["n": 1]]], ["a": [["n": 1, "filled": 2]]], []),
      (["a": [["n": 1]]], ["a": [["n": 2]]], ["a"]),
      (["a": [["n": 1]]], ["a": [["n": 1], ["n": 2]]], ["a"]),
      (["a": ["b": 1]], ["a": [:]], ["a.b"]),
      (["a": 1], ["a": 1, "b": 2], []),
    ] as [(JSONValue, JSONValue, [String])])
  func whatIsMissingIsWhatWasDeclared(declared: JSONValue, live: JSONValue, paths: [String]) {
    #expect(FieldDifference.missing(declared, in: live).map(\.path) == paths)
  }
}
