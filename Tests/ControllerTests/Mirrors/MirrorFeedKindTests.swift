import SandboxFaults
import TeleportSandbox
import Testing

@testable import TeleportSchema
@testable import controller

/// One kind's trouble is not the others'.
@Suite(.timeLimit(.minutes(1))) struct MirrorFeedKindTests {
  @Test(arguments: [(7, "PermissionDenied"), (12, "Unimplemented"), (2, "Refused")])
  func aKindThatCannotBeListedHoldsUpNoOther(code: Int, name: String) async throws {
    try await FeedStage.with(
      prepare: { stage in
        await stage.sandbox.faults.inject(.fail(code: code, message: "no"), times: 3) {
          $0.operation.hasSuffix("/ListUsers")
        }
        await stage.sandbox.faults.inject(.fail(code: code, message: "no"), times: 3) {
          $0.operation.hasSuffix("/GetUsers")
        }
        try await stage.putUser("u")
        return nil
      },
      { stage in
        try await eventually("roles are told of") { stage.told.contains("role *") }
        if code == 12 {
          // A call that a server does not know stays unknown to it.
          try await eventually("it failed") {
            stage.mirror.standings["user"] == .failing(.unimplemented)
          }
        } else {
          try await stage.toldOfAll()
          #expect(try await stage.isMirrored("user", "u"))
          #expect(stage.lines.contains("info listing users in Teleport again"))
        }
        let reports = stage.lines.all.filter { $0.hasPrefix("warning cannot list users") }
        #expect(reports.count == 1 && reports.first?.contains(name) == true)
        // Nobody lists roles again because of users.
        #expect(await stage.calls("ListRoles") == 1)
        try await stage.putRole("new")
        try await eventually("events go on") { stage.told.contains("role new") }
      })
  }

  /// Servers before 13 refuse the whole watch, newer ones leave the kind out.
  @Test(arguments: [11, 14, 18])
  func whatTheRoleDoesNotAllowIsPickedUpWhenItDoes(major: Int) async throws {
    try await FeedStage.with(
      major: major, prepare: { stage in try await stage.limited(to: ["role"]) },
      { stage in
        try await eventually("roles are mirrored") { try await stage.isMirrored("role", "limited") }
        try await eventually("users cannot be listed") {
          stage.mirror.standings["user"] == .failing(.permissionDenied)
        }
        #expect(stage.mirror.entry(kind: "user", name: "limited") == .unknown)
        await stage.mirror.waitForSync(of: ["role", "user"])
        try await stage.putRole("new")
        try await eventually("roles are followed") { stage.told.contains("role new") }

        try await stage.putRole("limited", kinds: ["role", "user"])
        try await eventually("users are mirrored") { try await stage.isMirrored("user", "limited") }
        // By an event: the next list is a minute away.
        try await eventually("users are followed") {
          try await stage.putUser("new")
          return stage.told.contains("user new")
        }
      })
  }

  @Test func aKindWithoutEventsIsListedAgainAndAgain() async throws {
    var pace = FeedStage.fast
    pace.poll = .milliseconds(20)
    let role = try #require(ResourceSchema.named("role"))
    let user = try #require(ResourceSchema.named("user"))
    try await FeedStage.with(
      pace: pace, kinds: [role, user.withoutEvents],
      prepare: { stage in
        for name in ["same", "changed", "gone"] { try await stage.putUser(name) }
        return nil
      },
      { stage in
        try await stage.toldOfAll()
        try await stage.putUser("changed", roles: ["access"])
        try await stage.putUser("new")
        await stage.sandbox.delete("user", "gone")
        for name in ["changed", "new", "gone"] {
          try await eventually("told of \(name)") { stage.told.contains("user \(name)") }
          #expect(try await stage.isMirrored("user", name))
        }
        let seen = await stage.calls("ListUsers")
        try await eventually("listed on and on") { await stage.calls("ListUsers") > seen + 2 }
        #expect(stage.told.count { $0.hasPrefix("user") } == 4)
        #expect(await stage.calls("ListRoles") == 1)
      })
  }

  @Test func withoutAnyEventsThereIsNoStream() async throws {
    try await FeedStage.with(kinds: FeedStage.few.map(\.withoutEvents)) { stage in
      try await stage.toldOfAll()
      #expect(await stage.calls("WatchEvents") == 0)
    }
  }

  /// A poll that fails makes the kind unknown, and only it.
  @Test func aPollThatFailsIsAGap() async throws {
    var pace = FeedStage.fast
    pace.poll = .milliseconds(20)
    let user = try #require(ResourceSchema.named("user"))
    let role = try #require(ResourceSchema.named("role"))
    try await FeedStage.with(pace: pace, kinds: [role, user.withoutEvents]) { stage in
      try await stage.inSync()
      let fault = await stage.sandbox.faults.inject(
        .fail(code: 14, message: "gone"), times: .max
      ) { $0.operation.hasSuffix("/ListUsers") }
      try await eventually("unknown") {
        stage.mirror.standings == ["role": .inSync, "user": .failing(.unreachable)]
      }
      await stage.sandbox.faults.remove(fault)
      try await stage.inSync()
    }
  }
}
