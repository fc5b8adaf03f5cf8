import Documents
import TeleportSchema
import Testing

@testable import TeleportSandbox

/// How roles are rewritten for clients that are too old, or do not say how old they are.
@Suite struct TeleportAuthDowngradeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let server: String
    let client: String?
    let stored: String
    let read: String

    var testDescription: String {
      "\(stored) read from \(server) by \(client ?? "an unknown client")"
    }
  }

  static let cases = [
    Case(server: "11.3.17", client: nil, stored: "v5", read: "v4"),
    Case(server: "11.3.17", client: "8.3.0", stored: "v5", read: "v4"),
    Case(server: "11.3.17", client: "11.3.17", stored: "v5", read: "v5"),
    Case(server: "12.4.11", client: nil, stored: "v6", read: "v5"),
    Case(server: "12.4.11", client: "12.0.0", stored: "v6", read: "v6"),
    Case(server: "12.4.11", client: "12.0.0-alpha.1", stored: "v6", read: "v5"),
    Case(server: "13.2.2", client: nil, stored: "v6", read: "v6"),
    Case(server: "14.0.0", client: nil, stored: "v7", read: "v7"),
    Case(server: "14.0.0", client: "13.4.0", stored: "v7", read: "v6"),
    Case(server: "14.0.0", client: "14.0.0", stored: "v7", read: "v7"),
    Case(server: "18.0.0", client: nil, stored: "v8", read: "v8"),
    Case(server: "18.0.0", client: "17.5.0", stored: "v8", read: "v7"),
    Case(server: "18.0.0", client: "18.0.0", stored: "v8", read: "v8"),
  ]

  @Test(arguments: cases) func version(_ example: Case) throws {
    let server = try #require(ServerVersion(example.server))
    let role = try Sample.role("r", version: example.stored)
    let read = try RoleDowngrade(server: server).role(
      role, for: ClientVersion(header: example.client))
    let json = try Sample.decode("role", read)
    #expect(json["version"] == .string(example.read))
    #expect(json[["metadata", "labels", Label.downgraded]] == nil)
  }

  @Test func rulesThatTheOlderVersionCannotSayBecomeNoAccessAndAMark() throws {
    let role = try Sample.role(
      "r", version: "v7",
      allow: [
        "kubernetes_labels": ["*": "*"],
        "kubernetes_resources": [
          ["kind": "secret", "namespace": "*", "name": "*", "verbs": ["get"]]
        ],
      ])
    let read = try RoleDowngrade(server: ServerVersion(14, 0, 0)).role(
      role, for: .known(ServerVersion(13, 4, 0)))
    let json = try Sample.decode("role", read)
    #expect(json["version"] == "v6")
    #expect(json[["spec", "allow", "kubernetes_labels"]] == nil)
    #expect(json[["spec", "allow", "kubernetes_resources"]] == nil)
    #expect(throws: CallError.self) { try RoleDowngrade.requireOriginal(read) }
  }

  @Test func expressionsBecomeDenialsForClientsThatWouldIgnoreThem() throws {
    let role = try Sample.role("r", version: "v6", allow: ["node_labels_expression": "true"])
    let downgrade = RoleDowngrade(server: ServerVersion(13, 2, 2))
    let old = try downgrade.role(role, for: .known(ServerVersion(13, 0, 0)))
    #expect(try Sample.decode("role", old)[["spec", "deny", "node_labels", "*"]] == "*")
    let new = try downgrade.role(role, for: .known(ServerVersion(13, 1, 1)))
    #expect(new == role)
  }

  @Test func unreadableVersionIsABadParameter() throws {
    #expect(throws: CallError.self) {
      try RoleDowngrade(server: ServerVersion(18, 0, 0)).role(
        try Sample.role("r"), for: ClientVersion(header: "eighteen"))
    }
    // Where there is nothing to lower, the oldest do not look.
    let old = try Sample.role("r", version: "v4")
    let read = try RoleDowngrade(server: ServerVersion(12, 2, 1)).role(
      old, for: ClientVersion(header: "eighteen"))
    #expect(read == old)
  }

  @Test func downgradedRoleMayNotBeWritten() throws {
    let marked = try Sample.role("r", labels: [Label.downgraded: "why"] as JSONValue)
    let error = #expect(throws: CallError.self) { try RoleDowngrade.requireOriginal(marked) }
    #expect(error?.code == .badParameter)
    try RoleDowngrade.requireOriginal(try Sample.role("r"))
  }

  @Test(arguments: [("16.9.9", false), ("17.0.0", true), ("18.0.0", true), ("19.1.0", true)])
  func clientsMoreThanOneMajorBehindAreRefused(client: String, isServed: Bool) throws {
    let client = ClientVersion(header: client)
    let server = ServerVersion(18, 0, 0)
    if isServed {
      try client.requireSupport(by: server)
    } else {
      #expect(throws: CallError.self) { try client.requireSupport(by: server) }
    }
    try client.requireSupport(by: ServerVersion(14, 0, 0))
  }

  @Test func versionsAreOrderedAsSemanticVersions() throws {
    let texts = [
      "8.3.21", "11.3.17", "12.0.0-alpha.1", "12.0.0", "12.4.11", "18.0.0-dev", "18.0.0",
    ]
    let versions = try texts.map { try #require(ServerVersion($0)) }
    #expect(versions == versions.shuffled().sorted())
    #expect(versions.map(\.description) == texts)
    for text in ["", "18", "18.0", "v18.0.0", "18.0.x", "-1.0.0"] {
      #expect(ServerVersion(text) == nil, "\(text)")
    }
  }
}
