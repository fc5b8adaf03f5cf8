import Documents
import SandboxFaults
import Testing

@testable import controller

/// Faults that last, and what goes on meanwhile.
@Suite(.timeLimit(.minutes(2))) struct CallFaultTests {
  private static let role: JSONValue = ["allow": ["logins": ["root"]]]
  private static let user: JSONValue = ["roles": ["access"]]

  /// One kind that the bot may not touch does not hold up the other.
  ///
  /// - Parameter fromTheStart: also its lists are refused; else only what is done with single ones.
  @Test(arguments: [true, false]) func oneKindIsForbidden(fromTheStart: Bool) async throws {
    try await FaultStage.with { faults in
      let stage = faults.stage
      func forbid() async -> Faults.ID {
        await stage.teleport.faults.inject(
          .fail(code: 7, message: "access denied to perform action on \"user\""), times: .max
        ) { $0.operation.hasPrefix("teleport.users.v1.UsersService/") }
      }
      var fault: Faults.ID?
      if fromTheStart { fault = await forbid() }
      let life = try await faults.start()
      if fromTheStart {
        try await life.controller.says("lease: held")
      } else {
        try await life.controller.isReady()
        fault = await forbid()
      }
      await faults.forgetRecords()
      try await stage.apply("TeleportUser", "u", spec: Self.user)
      try await stage.apply("TeleportRole", "r", spec: Self.role)
      try await stage.awaitReason(.inSync, "TeleportRole", "r")
      try await stage.awaitReason(.permissionDenied, "TeleportUser", "u")
      try await stage.change("TeleportRole", "r", ["spec": ["allow": ["logins": ["admin"]]]])
      try await stage.awaitReason(.inSync, "TeleportRole", "r")
      #expect(try await stage.teleport.resource("user", "u") == nil)
      if let fault { await stage.teleport.faults.remove(fault) }
      try await stage.awaitReason(.inSync, "TeleportUser", "u")
      try await eventually("all is settled") { try await life.isQuiet(on: stage) }
      #expect(await stage.teleport.writes("role") == .init(created: 1, updated: 1))
      #expect(await stage.teleport.writes("user") == .init(created: 1))
      try await FaultTrial.staysQuiet(life, faults)
    }
  }

  /// A drift that is seen while the bot is locked is put right when it no longer is.
  @Test func aLockEndsInNothingButDelay() async throws {
    try await FaultStage.with { faults in
      let stage = faults.stage
      let life = try await faults.start()
      try await life.controller.isReady()
      try await stage.apply("TeleportRole", "r", spec: Self.role)
      try await stage.awaitReason(.inSync, "TeleportRole", "r")
      await stage.teleport.lock(user: TeleportIdentity.botUser)
      try await stage.changeByHand("role", "r") { $0["spec"]?["allow"]?["logins"] = ["x"] }
      try await stage.apply("TeleportRole", "other", spec: Self.role)
      for name in ["r", "other"] {
        try await stage.awaitReason(.permissionDenied, "TeleportRole", name)
      }
      // Reconnecting does not help, and does no harm.
      await stage.teleport.cutConnections()
      try faults.renewIdentity()
      await stage.teleport.unlock(user: TeleportIdentity.botUser)
      for name in ["r", "other"] { try await stage.awaitReason(.inSync, "TeleportRole", name) }
      try await eventually("all is settled") { try await life.isQuiet(on: stage) }
      #expect(try await stage.spec("role", "r", "allow", "logins") == ["root"])
      #expect(await stage.teleport.writes("role") == .init(created: 2, updated: 1))
      try await FaultTrial.staysQuiet(life, faults)
    }
  }
}
