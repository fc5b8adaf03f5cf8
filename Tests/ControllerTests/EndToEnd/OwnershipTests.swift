import Documents
import Kubernetes
import TeleportSchema
import Testing

@testable import controller

extension EndToEnd {
  /// One name in Teleport, and more than one who wants it.
  @Suite struct OwnershipTests {
    private static let spec: JSONValue = ["allow": ["logins": ["root"]]]

    @Test func twoThatClaimOneNameAreToldApart() async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await stage.apply("TeleportRoleV7", "r", spec: ["allow": ["logins": ["other"]]])
        try await stage.awaitReason(.conflict, "TeleportRoleV7", "r")
        let ready = try await stage.condition("Ready", "TeleportRoleV7", "r")
        #expect(ready?["message"]?.string?.contains("TeleportRole default/r") == true)
        // Even if it insists: two who both insist would change it for ever.
        try await stage.change(
          "TeleportRoleV7", "r",
          ["metadata": ["annotations": [.adopt: "Always"]], "spec": ["allow": ["logins": ["x"]]]])
        try await stage.awaitReason(.conflict, "TeleportRoleV7", "r")
        #expect(try await stage.spec("role", "r", "allow", "logins") == ["root"])

        // The loser goes without taking it along; the winner's end is the other's beginning.
        try await stage.change(
          "TeleportRole", "r", ["metadata": ["annotations": ["teleport.dev/keep": "true"]]])
        try await stage.delete("TeleportRole", "r")
        try await stage.awaitGone("TeleportRole", "r")
        try await stage.awaitReason(.inSync, "TeleportRoleV7", "r")
        #expect(try await stage.spec("role", "r", "allow", "logins") == ["x"])
        #expect(await stage.teleport.writes("role").deleted == 0)
      }
    }

    @Test func theLoserOfAConflictTakesNothingAlong() async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await stage.apply("TeleportRoleV7", "r", spec: Self.spec)
        try await stage.awaitReason(.conflict, "TeleportRoleV7", "r")
        try await stage.delete("TeleportRoleV7", "r")
        try await stage.awaitGone("TeleportRoleV7", "r")
        #expect(try await stage.teleport.resource("role", "r") != nil)
      }
    }

    @Test func anotherClustersIsLeftAloneUntilItIsTakenOver() async throws {
      try await Stage.with { stage in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.withController(options: ["cluster-id": "east"]) { _ in
          try await stage.awaitReason(.inSync, "TeleportRole", "r")
        }
        // The same manifest, in a cluster that calls itself otherwise.
        try await stage.withController(options: ["cluster-id": "west"]) { _ in
          try await stage.awaitReason(.conflict, "TeleportRole", "r")
          let ready = try await stage.condition("Ready", "TeleportRole", "r")
          #expect(ready?["message"]?.string?.contains("another cluster (east)") == true)
          try await stage.change(
            "TeleportRole", "r", ["metadata": ["annotations": [.adopt: "IfEqual"]]])
          try await stage.awaitReason(.inSync, "TeleportRole", "r")
        }
        let labels = try await stage.teleport.resource("role", "r")?[["metadata", "labels"]]
        #expect(labels?["teleport.dev/owner-cluster"] == "west")
        #expect(try await stage.eventReasons().contains("Adopted"))
      }
    }

    @Test func whatIsEqualIsAdoptedAndNothingElse() async throws {
      try await Stage.with { stage in
        for (name, login) in [("same", "root"), ("other", "mallory")] {
          try await stage.teleport.put(
            "role",
            [
              "kind": "role", "version": "v5", "metadata": ["name": .string(name)],
              "spec": ["allow": ["logins": [.string(login)]]],
            ])
        }
        try await stage.withController { _ in
          for name in ["same", "other"] {
            try await stage.apply(
              "TeleportRole", name, annotations: [.adopt: "IfEqual"], spec: Self.spec)
          }
          try await stage.awaitReason(.inSync, "TeleportRole", "same")
          try await stage.awaitReason(.notOwned, "TeleportRole", "other")
          let ready = try await stage.condition("Ready", "TeleportRole", "other")
          #expect(ready?["message"]?.string?.hasSuffix("spec.allow.logins") == true)
          try await stage.change(
            "TeleportRole", "other", ["metadata": ["annotations": [.adopt: "Always"]]])
          try await stage.awaitReason(.inSync, "TeleportRole", "other")
          #expect(try await stage.spec("role", "other", "allow", "logins") == ["root"])
        }
      }
    }

    /// Equal means both ways: taking such a role over would open it.
    @Test(
      arguments: [
        (["allow": ["logins": ["root"]], "deny": ["logins": ["admin"]]], "spec.deny.logins"),
        (
          ["allow": ["logins": ["root"]], "options": ["max_connections": 1]],
          "spec.options.max_connections"
        ),
        (
          ["allow": ["logins": ["root"], "node_labels": ["env": ["dev"]]]],
          "spec.allow.node_labels.env"
        ),
      ] as [(JSONValue, String)])
    func aRestrictionThatIsNotDeclaredIsNoEqual(_ spec: JSONValue, _ path: String) async throws {
      try await Stage.with { stage in
        try await stage.teleport.put(
          "role", ["kind": "role", "version": "v5", "metadata": ["name": "r"], "spec": spec])
        let before = try await stage.teleport.resource("role", "r")
        try await stage.withController { _ in
          try await stage.apply(
            "TeleportRole", "r", annotations: [.adopt: "IfEqual"], spec: Self.spec)
          try await stage.awaitReason(.notOwned, "TeleportRole", "r")
          let ready = try await stage.condition("Ready", "TeleportRole", "r")
          #expect(ready?["message"]?.string?.hasSuffix("it differs in: \(path)") == true)
        }
        #expect(try await stage.teleport.resource("role", "r") == before)
      }
    }

    @Test func aPolicyThatIsNoneIsNamed() async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply(
          "TeleportRole", "r", annotations: [.adopt: "Sometimes"], spec: Self.spec)
        try await stage.awaitReason(.invalidSpec, "TeleportRole", "r")
        let ready = try await stage.condition("Ready", "TeleportRole", "r")
        #expect(
          ready?["message"]?.string
            == "metadata.annotations[\"teleport.dev/adopt\"]: 'Sometimes' is not one of Never, IfEqual, Always"
        )
        #expect(await stage.teleportWrites() == 0)
      }
    }
  }
}

extension String {
  fileprivate static let adopt = OperatorName.adoptAnnotation
}
