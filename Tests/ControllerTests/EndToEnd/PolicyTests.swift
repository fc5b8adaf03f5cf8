import Documents
import Kubernetes
import SandboxFaults
import TeleportSchema
import Testing

@testable import controller

extension EndToEnd {
  /// What annotations ask for.
  @Suite struct PolicyTests {
    private static let spec: JSONValue = ["allow": ["logins": ["root"]]]

    @Test func driftIsOnlyReportedWhereThatIsWanted() async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply(
          "TeleportRole", "r", annotations: ["teleport.dev/drift-policy": "Report"],
          spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        await stage.teleport.resetWriteCounts()
        try await stage.changeByHand("role", "r") { $0["spec"]?["allow"]?["logins"] = ["x"] }
        try await stage.awaitReason(.drifted, "TeleportRole", "r")
        let ready = try await stage.condition("Ready", "TeleportRole", "r")
        #expect(ready?["message"]?.string?.contains("spec.allow.logins") == true)
        #expect(try await stage.spec("role", "r", "allow", "logins") == ["x"])
        // Put back by hand, it is in sync again; gone, it stays gone; changed here, it is written.
        try await stage.changeByHand("role", "r") { $0["spec"]?["allow"]?["logins"] = ["root"] }
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        await stage.teleport.delete("role", "r")
        try await stage.awaitReason(.drifted, "TeleportRole", "r")
        #expect(await stage.teleportWrites() == 0)
        try await stage.change("TeleportRole", "r", ["spec": ["allow": ["logins": ["new"]]]])
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        #expect(try await stage.spec("role", "r", "allow", "logins") == ["new"])
      }
    }

    @Test func aPlanStaysAPlan() async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply(
          "TeleportRole", "r", annotations: ["teleport.dev/plan": "true"], spec: Self.spec)
        try await stage.awaitReason(.planned, "TeleportRole", "r")
        let object = try #require(try await stage.custom("TeleportRole", "r"))
        #expect(object[["metadata", "finalizers"]] == nil)
        let plan = object[["status", "plan"]]?.array?.compactMap(\.string) ?? []
        #expect(plan.first == "create")
        #expect(plan.contains("spec.allow.logins: absent -> [\"root\"]"))
        #expect(await stage.teleportWrites() == 0)
        try await stage.change(
          "TeleportRole", "r", ["metadata": ["annotations": ["teleport.dev/plan": .null]]])
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        #expect(try await stage.custom("TeleportRole", "r")?[["status", "plan"]] == nil)
      }
    }

    @Test func aDeletionWithoutTeleportSaysSoAndCanGoWithoutIt() async throws {
      try await Stage.withController { stage, controller in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        await stage.teleport.faults.inject(.fail(code: 14, message: "away"), times: .max) {
          $0.operation.hasSuffix("DeleteRole")
        }
        try await stage.delete("TeleportRole", "r")
        try await eventually("it says what it waits for") {
          let ready = try await stage.condition("Ready", "TeleportRole", "r")
          return ready?["reason"]?.string == "TeleportUnreachable"
            && ready?["message"]?.string?.contains("teleport.dev/orphan=true") == true
        }
        try await stage.change(
          "TeleportRole", "r", ["metadata": ["annotations": ["teleport.dev/orphan": "true"]]])
        try await stage.awaitGone("TeleportRole", "r")
        #expect(try await stage.teleport.resource("role", "r") != nil)
        try await eventually("it is told of") {
          try await stage.eventReasons().contains("LeftInTeleport")
        }
      }
    }

    @Test func aMassDeletionStopsUntilItIsConfirmed() async throws {
      try await Stage.with { stage in
        let names = (0..<12).map { "r\($0)" }
        try await stage.withController { _ in
          for name in names { try await stage.apply("TeleportRole", name, spec: Self.spec) }
          for name in names { try await stage.awaitReason(.inSync, "TeleportRole", name) }
        }
        // As when a chart was switched off while the controller was away: all at once, and all.
        for name in names { try await stage.delete("TeleportRole", name) }
        try await stage.withController { _ in
          for name in names {
            try await eventually("\(name) is held") {
              try await stage.condition("Ready", "TeleportRole", name)?["reason"]?.string
                == "DeletionHeld"
            }
          }
          let ready = try await stage.condition("Ready", "TeleportRole", "r0")
          #expect(ready?["message"]?.string?.hasPrefix("12 of 12 resources") == true)
          #expect(await stage.teleport.writes("role").deleted == 0)
          // Two are meant; the other ten would have been let through alone.
          for name in names.prefix(2) {
            try await stage.change(
              "TeleportRole", name, ["metadata": ["annotations": [.confirm: "true"]]])
          }
          for name in names { try await stage.awaitGone("TeleportRole", name) }
          #expect(await stage.teleport.writes("role").deleted == 12)
        }
      }
    }

    @Test func anIgnoredResourceThatGoesSaysWhatStays() async throws {
      try await Stage.withController { stage, _ in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await stage.change(
          "TeleportRole", "r", ["metadata": ["annotations": ["teleport.dev/ignore": "true"]]])
        try await stage.awaitReason(.ignored, "TeleportRole", "r")
        try await stage.delete("TeleportRole", "r")
        try await stage.awaitGone("TeleportRole", "r")
        #expect(try await stage.teleport.resource("role", "r") != nil)
        try await eventually("it is told of") {
          try await stage.eventReasons().contains("LeftInTeleport")
        }
      }
    }
  }
}

extension String {
  fileprivate static let confirm = OperatorName.confirmDeletionAnnotation
}
