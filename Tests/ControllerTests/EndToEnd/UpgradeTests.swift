import TeleportSandbox
import Testing

@testable import controller

extension EndToEnd {
  /// Teleport is upgraded while the controller runs.
  @Suite struct UpgradeTests {
    @Test func whatTheOldServerLackedComesByItself() async throws {
      try await Stage.withController(major: 14) { stage, controller in
        try await stage.apply("TeleportRoleV8", "r", spec: ["allow": ["logins": ["root"]]])
        try await stage.apply("TeleportRole", "old", spec: ["allow": ["logins": ["root"]]])
        try await stage.apply(
          "TeleportWorkloadIdentityV1", "w", spec: ["spiffe": ["id": "/region/europe"]])
        try await stage.awaitReason(.inSync, "TeleportRole", "old")
        for (kind, name) in [("TeleportRoleV8", "r"), ("TeleportWorkloadIdentityV1", "w")] {
          try await stage.awaitReason(.unsupportedByServer, kind, name)
        }
        try await stage.teleport.restart(as: ServerVersion(18, 0, 0))
        for (kind, name) in [("TeleportRoleV8", "r"), ("TeleportWorkloadIdentityV1", "w")] {
          try await stage.awaitReason(.inSync, kind, name)
        }
        #expect(controller.log.contains("connecting anew"))
        // What was in sync is still, and was written once.
        try await stage.awaitReason(.inSync, "TeleportRole", "old")
        #expect(try await stage.teleport.resource("role", "old") != nil)
        #expect(await stage.teleport.writes("role") == .init(created: 2))
      }
    }

    /// A server that is the same after its restart needs no new connection.
    @Test func aRestartAloneChangesNothing() async throws {
      try await Stage.withController { stage, controller in
        try await controller.isReady()
        try await stage.apply("TeleportRole", "r", spec: ["allow": ["logins": ["root"]]])
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await stage.teleport.restart()
        try await stage.changeByHand("role", "r") { $0["spec"]?["allow"]?["logins"] = ["x"] }
        try await eventually("it is put back") {
          try await stage.spec("role", "r", "allow", "logins") == ["root"]
        }
        #expect(!controller.log.contains("connecting anew"))
      }
    }
  }
}
