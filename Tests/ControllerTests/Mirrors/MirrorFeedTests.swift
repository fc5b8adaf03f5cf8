import SandboxFaults
import Testing

@testable import controller

@Suite(.timeLimit(.minutes(1))) struct MirrorFeedTests {
  @Test func listsAndThenFollows() async throws {
    try await FeedStage.with(
      prepare: { stage in
        try await stage.putRole("old")
        return nil
      },
      { stage in
        try await stage.toldOfAll()
        #expect(try await stage.isMirrored("role", "old"))
        #expect(stage.mirror.entry(kind: "role", name: "none") == .absent)
        try await stage.putRole("new")
        try await eventually("told of the new one") { stage.told.contains("role new") }
        #expect(try await stage.isMirrored("role", "new"))
        await stage.sandbox.delete("role", "old")
        try await eventually("told of the old one") { stage.told.contains("role old") }
        #expect(stage.mirror.entry(kind: "role", name: "old") == .absent)
      })
  }

  @Test func whatHappensDuringTheListIsOnTopOfIt() async throws {
    try await FeedStage.with(
      prepare: { stage in
        for name in ["changed", "deleted"] { try await stage.putRole(name, "before") }
        await stage.sandbox.faults.inject(.pause(stage.gate), at: .afterCommit) {
          $0.operation == "proto.AuthService/ListRoles"
        }
        return nil
      },
      { stage in
        await stage.gate.waitForArrivals()
        try await stage.putRole("changed", "after")
        try await stage.putRole("new", "after")
        await stage.sandbox.delete("role", "deleted")
        #expect(stage.mirror.entry(kind: "role", name: "changed") == .unknown)
        // Users are listed by then; once the event of the last one is here all the others are.
        try await stage.putUser("last")
        try await eventually("the last event") { try await stage.isMirrored("user", "last") }
        await stage.gate.open()
        try await stage.toldOfAll()
        for name in ["changed", "new", "deleted"] {
          #expect(try await stage.isMirrored("role", name))
        }
      })
  }

  @Test func whatIsMissedWhileCutOffIsFound() async throws {
    try await FeedStage.with(
      prepare: { stage in
        for name in ["missed", "same", "gone"] { try await stage.putRole(name, "before") }
        return nil
      },
      { stage in
        try await stage.toldOfAll()
        await stage.sandbox.faults.inject(.pause(stage.gate)) {
          $0.operation == "proto.AuthService/WatchEvents"
        }
        await stage.sandbox.cutEventStreams(code: 14)
        await stage.gate.waitForArrivals()
        #expect(stage.mirror.entry(kind: "role", name: "missed") == .unknown)
        try await stage.putRole("missed", "after")
        await stage.sandbox.delete("role", "gone")
        await stage.gate.open()
        try await stage.inSync()
        #expect(try await stage.isMirrored("role", "missed"))
        // What is as it was is no news.
        try await eventually("told of it") { stage.told.contains("role missed") }
        #expect(Set(stage.told) == ["github *", "role *", "user *", "role gone", "role missed"])
      })
  }

  @Test func aStreamThatEndsInGoodOrderIsAGapToo() async throws {
    try await FeedStage.with { stage in
      try await stage.inSync()
      await stage.sandbox.cutEventStreams()
      try await eventually("listed again") { await stage.calls("ListRoles") == 2 }
      await stage.sandbox.waitForEventStreams(count: 1)
      try await stage.inSync()
    }
  }

  @Test func aStreamThatIsNotOpenedIsGivenUp() async throws {
    var pace = FeedStage.fast
    pace.opening = .milliseconds(50)
    try await FeedStage.with(
      pace: pace,
      prepare: { stage in
        await stage.sandbox.faults.inject(.pause(stage.gate)) {
          $0.operation == "proto.AuthService/WatchEvents"
        }
        return nil
      },
      { stage in
        try await stage.inSync()
        #expect(stage.lines.contains("the stream was not opened in time"))
      })
  }

  @Test func afterTheEndNothingIsCertain() async throws {
    try await FeedStage.with { stage in
      try await stage.inSync()
      await stage.stop()
      #expect(stage.mirror.syncedKinds.isEmpty)
      await stage.sandbox.waitForEventStreams(count: 0)
    }
  }
}
