import SandboxFaults
import Synchronization
import Testing

@testable import TeleportClient

@Suite(.timeLimit(.minutes(1))) struct CancellableCallTests {
  @Test func whatHasNotBegunIsGivenUp() async throws {
    let (bodies, entered) = AsyncStream.makeStream(of: CancellableCall<Int>.self)
    let (endings, end) = AsyncStream.makeStream(of: Void.self)
    let caller = Task {
      try await CancellableCall<Int>.run { call in
        entered.yield(call)
        // Deaf, as the transport can be.
        await Task { for await _ in endings { break } }.value
        try call.begin()
        return 1
      }
    }
    let call = try #require(await bodies.first { _ in true })
    caller.cancel()
    await #expect(throws: CancellationError.self) { try await caller.value }
    // Its turn comes after all, and it sends nothing.
    #expect(throws: CancellationError.self) { try call.begin() }
    end.yield()
  }

  @Test func whatHasBegunIsWaitedFor() async throws {
    let (beginnings, begun) = AsyncStream.makeStream(of: Void.self)
    let caller = Task {
      try await CancellableCall<Bool>.run { call in
        try call.begin()
        begun.yield()
        try? await Task.sleep(for: .seconds(60))
        return Task.isCancelled
      }
    }
    _ = await beginnings.first { _ in true }
    caller.cancel()
    #expect(try await caller.value)
  }

  @Test func whoIsCancelledAlreadyCallsNobody() async throws {
    let calls = Mutex(0)
    let caller = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await CancellableCall<Void>.run { _ in calls.withLock { $0 += 1 } }
    }
    await #expect(throws: CancellationError.self) { try await caller.value }
    #expect(calls.withLock { $0 } == 0)
  }

  /// Cancelled again and again while the connection comes and goes: it is in this state that the transport is deaf.
  @Test func withoutAConnectionACancelledCallEnds() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let connection = try await sandbox.connect()
      await sandbox.stop()
      for _ in 0..<100 {
        let call = Task { try await connection.call("proto.AuthService/Ping", []) }
        await Task.yield()
        call.cancel()
        let code = try await failure { _ = try await call.value }.code
        #expect([.cancelled, .unreachable].contains(code))
      }
    }
  }
}
