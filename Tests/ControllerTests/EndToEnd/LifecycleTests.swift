import Documents
import TeleportSandbox
import TeleportSchema
import Testing

@testable import controller

extension EndToEnd {
  /// The life of a role and a user, on every generation of servers, with fresh and with late caches.
  @Suite struct LifecycleTests {
    struct Server: Sendable, CustomTestStringConvertible {
      let major: Int
      let lag: TeleportSandbox.CacheLag
      var testDescription: String { "Teleport \(major), cache lag \(lag)" }
    }

    static let servers = [11, 14, 18].flatMap { major in
      [.none, .after(.milliseconds(200))].map { Server(major: major, lag: $0) }
    }

    private static let roleSpec: JSONValue = [
      "allow": ["logins": ["root"], "kubernetes_groups": ["edit"], "node_labels": ["env": "dev"]]
    ]

    @Test(arguments: servers) func createUpdateDelete(_ server: Server) async throws {
      try await Stage.withController(major: server.major, lag: server.lag) { stage, controller in
        try await stage.apply("TeleportRole", "myrole", spec: Self.roleSpec)
        try await stage.awaitReason(.inSync, "TeleportRole", "myrole")
        try await stage.apply(
          "TeleportUser", "alice", labels: ["team": "a"],
          spec: ["roles": ["myrole"], "traits": ["logins": ["alice"]]])
        try await stage.awaitReason(.inSync, "TeleportUser", "alice")
        let role = try #require(try await stage.teleport.resource("role", "myrole"))
        #expect(role["version"]?.string == "v5")
        let labels = role[["metadata", "labels"]]
        #expect(labels?["teleport.dev/origin"] == "kubernetes")
        #expect(labels?["teleport.dev/owner"] == "TeleportRole/default/myrole")
        #expect(try await stage.spec("role", "myrole", "allow", "logins") == ["root"])
        #expect(try await stage.spec("user", "alice", "roles") == ["myrole"])
        #expect(try await stage.spec("user", "alice", "traits") == ["logins": ["alice"]])
        let finalizers = try await stage.custom("TeleportRole", "myrole")?[[
          "metadata", "finalizers",
        ]]
        #expect(finalizers == [.string(OperatorName.finalizer)])

        // A field changes, another goes: it is the server's default again.
        let patch: JSONValue = [
          "spec": ["allow": ["logins": ["root", "admin"], "kubernetes_groups": .null]]
        ]
        try await stage.change("TeleportRole", "myrole", patch)
        try await stage.awaitReason(.inSync, "TeleportRole", "myrole")
        #expect(try await stage.spec("role", "myrole", "allow", "logins") == ["root", "admin"])
        #expect(try await stage.spec("role", "myrole", "allow", "kubernetes_groups") == nil)
        #expect(try await stage.spec("role", "myrole", "allow", "node_labels") == ["env": "dev"])

        try await stage.delete("TeleportUser", "alice")
        try await stage.awaitGone("TeleportUser", "alice")
        try await stage.delete("TeleportRole", "myrole")
        try await stage.awaitGone("TeleportRole", "myrole")
        #expect(try await stage.teleport.resource("user", "alice") == nil)
        #expect(try await stage.teleport.resource("role", "myrole") == nil)

        // Every change was one write, and nothing that this did was taken for somebody else's doing.
        #expect(
          await stage.teleport.writes("role") == .init(created: 1, updated: 1, deleted: 1))
        #expect(await stage.teleport.writes("user") == .init(created: 1, updated: 0, deleted: 1))
        #expect(!controller.log.contains("ConcurrentChange"))
        #expect(try await !stage.eventReasons().contains("DriftCorrected"))
      }
    }

    @Test(arguments: [11, 14, 18]) func aChangeByHandIsPutBack(major: Int) async throws {
      try await Stage.withController(major: major) { stage, _ in
        try await stage.apply("TeleportRole", "myrole", spec: Self.roleSpec)
        try await stage.awaitReason(.inSync, "TeleportRole", "myrole")
        try await stage.changeByHand("role", "myrole") {
          $0["spec"]?["allow"]?["logins"] = ["root", "mallory"]
        }
        try await eventually("it is put back") {
          try await stage.spec("role", "myrole", "allow", "logins") == ["root"]
        }
        try await eventually("it is told of") {
          try await stage.eventReasons().contains("DriftCorrected")
        }
        await stage.teleport.delete("role", "myrole")
        try await eventually("it is made again") {
          try await stage.spec("role", "myrole", "allow", "logins") == ["root"]
        }
      }
    }

    /// Old servers say only later what they hold, and until then still show what was there before.
    @Test func aVerdictWaitsForALateServer() async throws {
      try await Stage.withController(major: 14, lag: .after(.milliseconds(700))) { stage, _ in
        try await stage.apply("TeleportRole", "myrole", spec: Self.roleSpec)
        try await stage.awaitReason(.inSync, "TeleportRole", "myrole")
        try await stage.change(
          "TeleportRole", "myrole", ["spec": ["allow": ["kubernetes_groups": .null]]])
        try await stage.awaitReason(.inSync, "TeleportRole", "myrole")
        #expect(try await stage.spec("role", "myrole", "allow", "kubernetes_groups") == nil)
        // Events come in order: with that of a later role, all of this one's have been heard.
        try await stage.apply("TeleportRole", "marker", spec: Self.roleSpec)
        try await stage.awaitReason(.inSync, "TeleportRole", "marker")
        #expect(await stage.teleport.writes("role") == .init(created: 2, updated: 1))
        #expect(try await !stage.eventReasons().contains("DriftCorrected"))
      }
    }

    /// The event of the first write comes after the second write.
    @Test func quickChangesAreNotTakenForSomebodyElses() async throws {
      try await Stage.withController(lag: .after(.milliseconds(200))) { stage, controller in
        try await stage.apply("TeleportRole", "myrole", spec: Self.roleSpec)
        try await stage.awaitReason(.inSync, "TeleportRole", "myrole")
        for login in ["a", "b", "c", "d"] {
          try await stage.change(
            "TeleportRole", "myrole", ["spec": ["allow": ["logins": [.string(login)]]]])
          try await stage.awaitReason(.inSync, "TeleportRole", "myrole")
        }
        // Whatever the last event leads to has been led to once a later one was heard.
        try await stage.apply("TeleportRole", "marker", spec: Self.roleSpec)
        try await stage.awaitReason(.inSync, "TeleportRole", "marker")
        try await stage.changeByHand("role", "marker") { $0["spec"]?["allow"]?["logins"] = ["x"] }
        try await eventually("the marker is put back") {
          try await stage.spec("role", "marker", "allow", "logins") == ["root"]
        }
        #expect(try await stage.spec("role", "myrole", "allow", "logins") == ["d"])
        #expect(await stage.teleport.writes("role") == .init(created: 2, updated: 5))
        #expect(!controller.log.contains("ConcurrentChange"))
      }
    }

    @Test(arguments: [
      ("TeleportRole", "v5", "v5"), ("TeleportRole", "v6", "v6"), ("TeleportRoleV6", "v1", "v6"),
      ("TeleportRoleV7", "v1", "v7"), ("TeleportRoleV8", "v1", "v8"),
    ])
    func theManifestDecidesTheRolesVersion(
      kind: String, version: String, teleport: String
    ) async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply(kind, "r", version: version, spec: ["allow": ["logins": ["root"]]])
        try await stage.awaitReason(.inSync, kind, "r")
        #expect(try await stage.teleport.resource("role", "r")?["version"]?.string == teleport)
      }
    }

    @Test func anOldServerIsNotGivenARoleThatItDoesNotKnow() async throws {
      try await Stage.withController(major: 11) { stage, _ in
        try await stage.apply("TeleportRoleV7", "r", spec: ["allow": ["logins": ["root"]]])
        try await stage.awaitReason(.unsupportedByServer, "TeleportRoleV7", "r")
        #expect(await stage.teleportWrites() == 0)
      }
    }
  }
}
