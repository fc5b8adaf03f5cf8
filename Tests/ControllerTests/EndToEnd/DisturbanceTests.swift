import Documents
import Kubernetes
import SandboxFaults
import TeleportSchema
import Testing

@testable import controller

extension EndToEnd {
  /// Servers that go away, identities that change, processes that start again.
  @Suite struct DisturbanceTests {
    private static let spec: JSONValue = ["allow": ["logins": ["root"]]]

    @Test func anUnreachableTeleportIsSaidAndRecoveredFrom() async throws {
      try await Stage.withController { stage, controller in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        let fault = await stage.teleport.faults.inject(
          .fail(code: 14, message: "gone for lunch"), times: .max
        ) { $0.operation.hasSuffix("Role") }
        try await stage.change("TeleportRole", "r", ["spec": ["allow": ["logins": ["admin"]]]])
        try await stage.awaitReason(.teleportUnreachable, "TeleportRole", "r")
        let ready = try await stage.condition("Ready", "TeleportRole", "r")
        #expect(ready?["status"]?.string == "Unknown")
        await stage.teleport.faults.remove(fault)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        #expect(try await stage.spec("role", "r", "allow", "logins") == ["admin"])
      }
    }

    @Test func aStoppedTeleportIsWaitedFor() async throws {
      try await Stage.withController { stage, controller in
        try await controller.isReady()
        await stage.teleport.stop()
        try await controller.says("Teleport's event stream failed")
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.teleport.restart()
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        #expect(await stage.teleport.writes("role").total == 1)
      }
    }

    @Test func whatHappensWhileTheStreamIsDownIsPutBack() async throws {
      try await Stage.withController { stage, controller in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await withGate { gate in
          await stage.teleport.faults.inject(.pause(gate)) {
            $0.operation == "proto.AuthService/WatchEvents"
          }
          await stage.teleport.cutEventStreams(code: 14)
          await gate.waitForArrivals()
          try await stage.changeByHand("role", "r") { $0["spec"]?["allow"]?["logins"] = ["x"] }
          await gate.open()
          try await eventually("it is put back") {
            try await stage.spec("role", "r", "allow", "logins") == ["root"]
          }
        }
      }
    }

    @Test func whatDoesNotNeedTeleportIsDecidedWithoutIt() async throws {
      try await Stage.withController { stage, controller in
        try await stage.apply("TeleportRole", "kept", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "kept")
        try await withGate { gate in
          await stage.teleport.faults.inject(.pause(gate)) {
            $0.operation == "proto.AuthService/WatchEvents"
          }
          await stage.teleport.faults.inject(.fail(code: 14, message: "away"), times: .max) {
            $0.operation.hasSuffix("Role")
          }
          await stage.teleport.cutEventStreams(code: 14)
          await gate.waitForArrivals()
          try await stage.apply(
            "TeleportRole", "ignored", annotations: ["teleport.dev/ignore": "true"], spec: Self.spec
          )
          try await stage.apply(
            "TeleportRole", "bad", spec: ["options": ["max_session_ttl": "9999y"]])
          try await stage.awaitReason(.invalidSpec, "TeleportRole", "bad")
          try await stage.awaitReason(.ignored, "TeleportRole", "ignored")
          try await stage.change(
            "TeleportRole", "kept", ["metadata": ["annotations": ["teleport.dev/keep": "true"]]])
          try await stage.delete("TeleportRole", "kept")
          try await stage.awaitGone("TeleportRole", "kept")
          await gate.open()
        }
      }
    }

    /// The server has done it, and the answer is lost.
    @Test(arguments: ["CreateRole", "UpdateRole", "DeleteRole"])
    func aLostAnswerIsNoSecondWrite(call: String) async throws {
      try await Stage.withController { stage, _ in
        await stage.teleport.faults.inject(
          .fail(code: 14, message: "connection lost"), at: .afterCommit
        ) { $0.operation == "proto.AuthService/\(call)" }
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await stage.change("TeleportRole", "r", ["spec": ["allow": ["logins": ["admin"]]]])
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        #expect(try await stage.spec("role", "r", "allow", "logins") == ["admin"])
        try await stage.delete("TeleportRole", "r")
        try await stage.awaitGone("TeleportRole", "r")
        let writes = await stage.teleport.writes("role")
        #expect(writes.created == 1 && writes.deleted == 1)
        #expect(writes.updated <= (call == "DeleteRole" ? 1 : 2))
      }
    }

    @Test(arguments: [11, 14, 18]) func aRestartInSyncWritesNothing(major: Int) async throws {
      try await Stage.with(major: major) { stage in
        let names = (0..<20).map { "role-\($0)" }
        try await stage.withController { _ in
          for name in names { try await stage.apply("TeleportRole", name, spec: Self.spec) }
          for name in names { try await stage.awaitReason(.inSync, "TeleportRole", name) }
          try await stage.apply("TeleportUser", "u", spec: ["roles": ["role-0"]])
          try await stage.awaitReason(.inSync, "TeleportUser", "u")
        }
        await stage.teleport.resetWriteCounts()
        await stage.teleport.faults.forgetRequests()
        await stage.kubernetes.faults.forgetRequests()
        try await stage.withController { controller in
          try await controller.isReady()
          // First come, first served: what was there before has been looked at.
          try await stage.apply(
            "TeleportRoleV6", "marker", spec: ["options": ["max_session_ttl": "9999y"]])
          try await eventually("the marker was looked at") {
            try await stage.custom("TeleportRoleV6", "marker")?["status"] != nil
          }
        }
        #expect(await stage.teleportWrites() == 0)
        let writes = await stage.kubernetesWrites().filter { !$0.target.contains("marker") }
        #expect(writes.isEmpty)
        let calls = await stage.teleport.faults.requests.map(\.operation)
        #expect(calls.filter { $0.hasSuffix("/GetRole") || $0.hasSuffix("/GetUser") }.isEmpty)
        let lists = await stage.kubernetes.faults.requests.map(\.operation)
        #expect(lists.filter { $0 == "LIST teleportroles" }.count == 1)
      }
    }

    @Test func aNewIdentityWhileAtWorkFailsNothing() async throws {
      try await Stage.withController { stage, controller in
        try await controller.isReady()
        try await withGate { gate in
          // Between looking and writing: the finalizer is set before Teleport is written to.
          await stage.kubernetes.faults.inject(.pause(gate)) {
            $0.operation == "PATCH teleportroles"
          }
          try await stage.apply("TeleportRole", "r", spec: Self.spec)
          await gate.waitForArrivals()
          try await stage.publishIdentity()
          try await controller.says("identity renewed")
          await gate.open()
          try await stage.awaitReason(.inSync, "TeleportRole", "r")
          #expect(!controller.log.contains("TeleportUnreachable"))
          // The new connection follows events, and the old one is closed when nobody needs it any more.
          try await eventually("one connection is left") {
            await stage.teleport.connectionCount == 1
          }
          try await eventually("one event stream is left") {
            await stage.teleport.eventStreamCount == 1
          }
          try await stage.changeByHand("role", "r") { $0["spec"]?["allow"]?["logins"] = ["x"] }
          try await eventually("it is put back") {
            try await stage.spec("role", "r", "allow", "logins") == ["root"]
          }
        }
      }
    }

    @Test func theFirstIdentityIsWaitedFor() async throws {
      try await Stage.with { stage in
        let elsewhere = "\(stage.identity.path)/not-there-yet"
        try await stage.withController(identity: elsewhere) { controller in
          try await controller.says("waiting for Teleport")
          #expect(await controller.problems().contains("not connected to Teleport"))
          try await TeleportIdentity.publish(from: stage.teleport, to: elsewhere)
          try await controller.isReady()
        }
      }
    }
  }
}
