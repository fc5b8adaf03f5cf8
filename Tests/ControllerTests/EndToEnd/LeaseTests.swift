import Documents
import Kubernetes
import SandboxFaults
import TeleportSchema
import Testing

@testable import controller

extension EndToEnd {
  /// Nothing is written without the lease.
  @Suite struct LeaseTests {
    private static let spec: JSONValue = ["allow": ["logins": ["root"]]]
    private static let lease = "431e83f4.teleport.dev"

    private func holder(_ stage: Stage) async throws -> String? {
      try await stage.kubernetes.get("leases", Self.lease)?[["spec", "holderIdentity"]]?.string
    }

    /// A change on both sides that a controller with the lease would act on.
    private func tempt(_ stage: Stage) async throws {
      try await stage.changeByHand("role", "r") { $0["spec"]?["allow"]?["logins"] = ["x"] }
      try await stage.apply("TeleportRole", "other", spec: Self.spec)
    }

    @Test func aLeaseThatAnotherTakesEndsTheWork() async throws {
      try await Stage.withController { stage, controller in
        try await stage.apply("TeleportRole", "r", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        try await stage.kubernetes.patch(
          "leases", Self.lease,
          with: [
            "spec": [
              "holderIdentity": "another", "leaseDurationSeconds": 15,
              "renewTime": "2030-01-01T00:00:00.000000Z",
            ]
          ])
        try await controller.says("lease: lost")
        await stage.teleport.resetWriteCounts()
        await stage.kubernetes.faults.forgetRequests()
        try await tempt(stage)
        // The mirrors are kept, so the temptation does arrive.
        try await controller.says("held by another")
        try await Task.sleep(for: .milliseconds(200))
        #expect(await stage.teleportWrites() == 0)
        #expect(await stage.kubernetesWrites().isEmpty)
        #expect(try await holder(stage) == "another")
      }
    }

    @Test func aLeaseThatCannotBeRenewedEndsTheWork() async throws {
      let clock = JumpingClock()
      try await Stage.with { stage in
        try await stage.withController(clock: MonotonicClock(clock)) { controller in
          try await stage.apply("TeleportRole", "r", spec: Self.spec)
          try await stage.awaitReason(.inSync, "TeleportRole", "r")
          try await controller.rests()
          try await clock.whileStopped {
            await stage.kubernetes.pause()
            // The lease is still held, but not for as long as a call may take.
            clock.jump(by: controller.process.leadership.fence.remaining - Reconciler.callTimeout)
            await stage.teleport.resetWriteCounts()
            try await stage.changeByHand("role", "r") { $0["spec"]?["allow"]?["logins"] = ["x"] }
            try await controller.says("the lease may be lost before the call ends")
          }
          clock.jump(by: .seconds(10))
          try await controller.says("lease: lost")
          #expect(await stage.teleportWrites() == 0)
          await stage.kubernetes.resume()
          try await eventually("it is put back once the lease is held again") {
            try await stage.spec("role", "r", "allow", "logins") == ["root"]
          }
        }
      }
    }

    @Test func onlyOneOfTwoWorksAndTheOtherTakesOver() async throws {
      try await Stage.with { stage in
        try await stage.withController { first in
          try await first.isReady()
          try await stage.withController { second in
            try await second.says("lease: standing by")
            try await stage.apply("TeleportRole", "r", spec: Self.spec)
            try await stage.awaitReason(.inSync, "TeleportRole", "r")
            #expect(await stage.teleport.writes("role").total == 1)
            #expect(await first.stop() < .seconds(3))
            try await second.says("lease: held")
            try await stage.change("TeleportRole", "r", ["spec": ["allow": ["logins": ["b"]]]])
            try await stage.awaitReason(.inSync, "TeleportRole", "r")
            #expect(await stage.teleport.writes("role").total == 2)
          }
        }
      }
    }

    @Test func shutdownGivesTheLeaseBackAndIsQuick() async throws {
      try await Stage.with { stage in
        try await stage.withController { controller in
          try await stage.apply("TeleportRole", "r", spec: Self.spec)
          try await stage.awaitReason(.inSync, "TeleportRole", "r")
          #expect(try await holder(stage)?.isEmpty == false)
          #expect(await controller.stop() < .seconds(3))
          #expect(try await holder(stage) == "")
          #expect(controller.log.contains("lease: released"))
          #expect(controller.log.contains("info stopped"))
          await stage.teleport.resetWriteCounts()
          try await tempt(stage)
          #expect(await stage.teleportWrites() == 0)
        }
      }
    }

    @Test func whatIsInFlightIsFinishedBeforeTheEnd() async throws {
      try await Stage.with { stage in
        try await stage.withController { controller in
          try await controller.isReady()
          try await withGate { gate in
            await stage.teleport.faults.inject(.pause(gate)) {
              $0.operation == "proto.AuthService/CreateRole"
            }
            try await stage.apply("TeleportRole", "r", spec: Self.spec)
            await gate.waitForArrivals()
            async let stopping = controller.stop()
            // The lease is kept for as long as there is work.
            #expect(try await holder(stage)?.isEmpty == false)
            await gate.open()
            #expect(await stopping < .seconds(3))
            #expect(
              try await stage.condition("Ready", "TeleportRole", "r")?["status"]?.string == "True")
            #expect(try await holder(stage) == "")
          }
        }
      }
    }
  }
}
