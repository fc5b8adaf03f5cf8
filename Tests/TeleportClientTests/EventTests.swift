import Credentials
import TeleportClient
import TeleportSandbox
import TeleportSchema
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct EventTests {
  /// Watches while `body` makes things happen.
  private func watching(
    _ connection: AuthConnection, _ kinds: [String] = ["role", "user"],
    _ body: (inout AsyncStream<TeleportEvent>.Iterator, Task<TeleportError?, Never>) async throws ->
      Void
  ) async throws {
    let (events, continuation) = AsyncStream.makeStream(of: TeleportEvent.self)
    let watch = Task { () -> TeleportError? in
      defer { continuation.finish() }
      do throws(TeleportError) {
        try await connection.watch(kinds: kinds) { continuation.yield($0) }
        return nil
      } catch {
        return error
      }
    }
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == .initialized)
    try await body(&iterator, watch)
    watch.cancel()
    _ = await watch.value
  }

  @Test(arguments: majors)
  func changesAreTold(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.put("role", TestResource.role("before"))
      try await watching(try await sandbox.connect()) { events, _ in
        try await sandbox.put("role", TestResource.role("r"))
        let role = try #require(await sandbox.message("role", "r"))
        #expect(await events.next() == .put(kind: "role", name: "r", resource: role))
        try await sandbox.put("user", TestResource.user("u", roles: ["r"]))
        guard case .put("user", "u", let user) = await events.next() else {
          Issue.record("no event of the user")
          return
        }
        #expect(try TestResource.userSchema.decode(user)[["spec", "roles"]] == ["r"])
        await sandbox.delete("user", "u")
        #expect(await events.next() == .deleted(kind: "user", name: "u"))
        await sandbox.delete("role", "r")
        #expect(await events.next() == .deleted(kind: "role", name: "r"))
      }
    }
  }

  @Test func aStreamThatTheServerEndsInGoodOrderEndsWithoutAnError() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await watching(try await sandbox.connect()) { events, watch in
        await sandbox.cutEventStreams()
        #expect(await events.next() == nil)
        #expect(await watch.value == nil)
      }
    }
  }

  @Test func aStreamThatBreaksEndsWithAnError() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await watching(try await sandbox.connect()) { events, watch in
        await sandbox.cutEventStreams(code: 14)
        #expect(await events.next() == nil)
        #expect(await watch.value?.code == .unreachable)
      }
      try await watching(try await sandbox.connect()) { events, watch in
        await sandbox.cutConnections()
        #expect(await events.next() == nil)
        #expect(await watch.value?.code == .unreachable)
      }
    }
  }

  @Test func aWatchThatIsCancelledEndsOnBothSides() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await watching(try await sandbox.connect()) { events, watch in
        watch.cancel()
        #expect(await events.next() == nil)
        #expect(await watch.value?.code == .cancelled)
        await sandbox.waitForEventStreams(count: 0)
      }
    }
  }

  @Test func kindsThatTheCallerMayNotReadAreLeftOut() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["user"])
      let connection = try await sandbox.connect(as: try await sandbox.identity(ofUser: "bot-x"))
      try await watching(connection) { events, _ in
        try await sandbox.put("role", TestResource.role("r"))
        await sandbox.delete("user", "bot-x")
        #expect(await events.next() == .deleted(kind: "user", name: "bot-x"))
      }
    }
  }

  /// Servers before 13 take all or nothing.
  @Test(arguments: majors)
  func theServerTellsWhatItHasAccepted(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["user"])
      let connection = try await sandbox.connect(as: try await sandbox.identity(ofUser: "bot-x"))
      func accepted(_ kinds: [String]) async throws -> Set<String> {
        let (answers, continuation) = AsyncStream.makeStream(of: Set<String>.self)
        let watch = Task {
          defer { continuation.finish() }
          try await connection.watch(kinds: kinds, onAccepted: { continuation.yield($0) }) { _ in }
        }
        var iterator = answers.makeAsyncIterator()
        let answer = await iterator.next()
        watch.cancel()
        if let answer { return answer }
        try await watch.value
        return []
      }
      #expect(try await accepted(["user"]) == ["user"])
      if major < 13 {
        let error = try await failure { try await accepted(["role", "user", "unicorn"]) }
        #expect(error.refusesWatch)
      } else {
        #expect(try await accepted(["role", "user", "unicorn"]) == ["user"])
      }
      #expect(try await connection.watchableKinds(among: ["role", "user", "unicorn"]) == ["user"])
      #expect(try await connection.watchableKinds(among: ["role"]) == [])
      await sandbox.waitForEventStreams(count: 0)
    }
  }

  @Test func whatIsWatchableCannotBeAskedOfNobody() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let connection = try await sandbox.connect()
      await sandbox.faults.inject(.fail(code: 14, message: "gone")) {
        $0.operation.hasSuffix("/WatchEvents")
      }
      let error = try await failure { try await connection.watchableKinds(among: ["role"]) }
      #expect(error.code == .unreachable)
    }
  }

  @Test func aCallerThatMayReadNothingIsToldSo() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: [])
      let connection = try await sandbox.connect(as: try await sandbox.identity(ofUser: "bot-x"))
      let error = try await failure {
        try await connection.watch(kinds: ["role"]) { _ in }
      }
      // Not a denial: with partial success asked for, it is the request that has nothing left in it.
      #expect(error.code == .invalidArgument)
    }
  }
}
