import Documents
import Kubernetes
import SandboxFaults
import TeleportSchema
import Testing

@testable import controller

extension EndToEnd {
  /// What the controller does not do, and how it says so.
  @Suite struct RefusalTests {
    private static let spec: JSONValue = ["allow": ["logins": ["root"]]]

    @Test func aBadSpecIsNamedAndTeleportNotTouched() async throws {
      try await Stage.withController { stage, controller in
        try await controller.isReady()
        await stage.teleport.faults.forgetRequests()
        try await stage.apply(
          "TeleportRole", "bad", spec: ["options": ["max_session_ttl": "9999y"]])
        try await stage.awaitReason(.invalidSpec, "TeleportRole", "bad")
        let ready = try await stage.condition("Ready", "TeleportRole", "bad")
        #expect(ready?["status"]?.string == "False")
        #expect(ready?["message"]?.string?.hasPrefix("spec.options.max_session_ttl: ") == true)
        let structure = try await stage.condition("ValidStructure", "TeleportRole", "bad")
        #expect(structure?["reason"]?.string == "FailedToDecode")
        #expect(await stage.teleport.faults.requests.isEmpty)
        #expect(try await stage.custom("TeleportRole", "bad")?[["metadata", "finalizers"]] == nil)
        // Mended, it is made.
        try await stage.change(
          "TeleportRole", "bad", ["spec": ["options": ["max_session_ttl": "1h"]]])
        try await stage.awaitReason(.inSync, "TeleportRole", "bad")
      }
    }

    @Test func aSpecWithTooManyFaultsStillGetsItsStatus() async throws {
      try await Stage.withController { stage, _ in
        let labels = Dictionary(
          uniqueKeysWithValues: (0..<1000).map { ("label-number-\($0)", JSONValue.integer(1)) })
        try await stage.apply(
          "TeleportRole", "bad", spec: ["allow": ["node_labels": .object(labels)]])
        try await stage.awaitReason(.invalidSpec, "TeleportRole", "bad")
      }
    }

    @Test func somebodyElsesRoleIsRefusedAndTakenOverWhenHandedOver() async throws {
      try await Stage.with { stage in
        try await stage.teleport.put(
          "role",
          [
            "kind": "role", "version": "v5", "metadata": ["name": "theirs"],
            "spec": ["allow": ["logins": ["them"]]],
          ])
        try await stage.withController { _ in
          try await stage.apply("TeleportRole", "theirs", spec: Self.spec)
          try await stage.awaitReason(.notOwned, "TeleportRole", "theirs")
          let owned = try await stage.condition("TeleportResourceOwned", "TeleportRole", "theirs")
          #expect(owned?["status"]?.string == "False")
          #expect(owned?["reason"]?.string == "OriginLabelNotMatching")
          #expect(await stage.teleportWrites() == 0)
          try await stage.changeByHand("role", "theirs") {
            $0["metadata"]?["labels"] = ["teleport.dev/origin": "kubernetes"]
          }
          try await stage.awaitReason(.inSync, "TeleportRole", "theirs")
          #expect(try await stage.spec("role", "theirs", "allow", "logins") == ["root"])
        }
      }
    }

    @Test func somebodyElsesRoleOutlivesTheCustomResource() async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await stage.changeByHand("role", "r") { $0["metadata"]?["labels"] = ["team": "b"] }
        try await stage.awaitReason(.notOwned, "TeleportRole", "r")
        try await stage.delete("TeleportRole", "r")
        try await stage.awaitGone("TeleportRole", "r")
        #expect(try await stage.teleport.resource("role", "r") != nil)
        #expect(await stage.teleport.writes("role").deleted == 0)
      }
    }

    @Test(arguments: ["teleport.dev/keep", "teleport.dev/ignore"])
    func whatIsToBeKeptIsKept(annotation: String) async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await stage.change(
          "TeleportRole", "r", ["metadata": ["annotations": [annotation: "true"]]])
        try await stage.delete("TeleportRole", "r")
        try await stage.awaitGone("TeleportRole", "r")
        #expect(try await stage.teleport.resource("role", "r") != nil)
      }
    }

    @Test func whatIsIgnoredIsLeftAloneUntilItIsNot() async throws {
      try await Stage.withController { stage, controller in
        try await controller.isReady()
        try await stage.apply(
          "TeleportRole", "ignored", annotations: ["teleport.dev/ignore": "1"], spec: Self.spec)
        // Handled first come, first served: once the second is done, the first was looked at.
        try await stage.apply("TeleportRole", "marker", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "marker")
        let ignored = try await stage.custom("TeleportRole", "ignored")
        #expect(ignored?[["metadata", "finalizers"]] == nil)
        try await stage.awaitReason(.ignored, "TeleportRole", "ignored")
        #expect(try await stage.teleport.resource("role", "ignored") == nil)
        try await stage.change(
          "TeleportRole", "ignored", ["metadata": ["annotations": ["teleport.dev/ignore": .null]]])
        try await stage.awaitReason(.inSync, "TeleportRole", "ignored")
      }
    }

    @Test(arguments: [11, 18]) func aRoleInUseIsNotDeletedUntilItsUserIsGone(major: Int)
      async throws
    {
      try await Stage.withController(major: major) { stage, _ in
        try await stage.apply("TeleportRole", "held", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "held")
        try await stage.apply("TeleportUser", "holder", spec: ["roles": ["held"]])
        try await stage.awaitReason(.inSync, "TeleportUser", "holder")
        try await stage.delete("TeleportRole", "held")
        try await eventually("the deletion is blocked") {
          try await stage.condition("Ready", "TeleportRole", "held")?["reason"]?.string
            == "DeletionBlocked"
        }
        let ready = try await stage.condition("Ready", "TeleportRole", "held")
        #expect(ready?["message"]?.string?.hasSuffix("Users who have it: holder.") == true)
        try await stage.delete("TeleportUser", "holder")
        try await stage.awaitGone("TeleportUser", "holder")
        try await stage.awaitGone("TeleportRole", "held")
        #expect(try await stage.teleport.resource("role", "held") == nil)
      }
    }

    @Test func whatTeleportRefusesIsSaidAndMended() async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply("TeleportUser", "u", spec: ["roles": ["missing"]])
        try await eventually("refused") {
          try await stage.condition("Ready", "TeleportUser", "u")?["status"]?.string == "False"
        }
        #expect(try await stage.teleport.resource("user", "u") == nil)
        try await stage.apply("TeleportRole", "missing", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportUser", "u")
      }
    }
  }
}
