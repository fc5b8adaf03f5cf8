import SandboxFaults
import Synchronization
import Testing

@testable import Kubernetes

/// Electors in time that stands still until the test moves it.
@Suite("lease elector")
struct LeaseElectorTests {
  private let clock = VirtualClock()
  private let server = LeaseServer()

  private func contender(_ name: String) throws -> Contender { try Contender(name, server, clock) }

  @Test func theFirstTakesItAndRenewsIt() async throws {
    let first = try contender("first")
    first.start()
    await first.wait(for: "work begins")
    #expect(first.elector.fence.remaining == .seconds(14))
    for _ in 0..<20 { await clock.pass(within: .seconds(2)) }
    await clock.waitForSleeper(within: .seconds(2))
    #expect(server.writes.count >= 20)
    #expect(first.elector.fence.holds(for: .seconds(11)))
    #expect(server.record?.transitions == 0)
    await first.stop()
    #expect(server.record?.holder == "")
    #expect(server.record?.durationSeconds == 1)
    #expect(!first.elector.fence.holds())
  }

  @Test func anotherWaitsAndTakesOverWhatIsGivenBack() async throws {
    let first = try contender("first")
    first.start()
    await first.wait(for: "work begins")
    let second = try contender("second")
    second.start()
    await second.wait(for: "standby(holder: \"first\")")
    await first.stop()
    await clock.pass(within: .seconds(2))
    #expect(await second.wait(for: "work begins") == ["leading", "work begins"])
    #expect(server.record?.transitions == 1)
    await second.stop()
  }

  /// The holder can reach nobody: it stops before the other begins.
  @Test(arguments: [LeaseServer.Trouble.unreachable, .silent])
  func aHolderThatIsCutOffStopsFirst(trouble: LeaseServer.Trouble) async throws {
    let first = try contender("first")
    let second = try contender("second")
    first.start()
    await first.wait(for: "work begins")
    second.start()
    await second.wait(for: "standby(holder: \"first\")")
    let began = clock.now.offset
    server.trouble(trouble, for: "first")
    // In small steps, each taken when both wait for something.
    while second.time(of: "work begins") == nil {
      await clock.waitForSleepers(2)
      clock.advance(by: .milliseconds(250))
      try await Task.sleep(for: .milliseconds(1))
    }
    let stop = try #require(first.time(of: "work ends, fence does not hold"))
    let take = try #require(second.time(of: "work begins"))
    #expect(stop - began >= .seconds(10))
    #expect(stop - began < .seconds(14))
    #expect(take - began >= .seconds(15))
    #expect(!first.elector.fence.holds())
    #expect(second.elector.fence.holds())
    // Found again, it gives back nothing that is not its own.
    server.trouble(.none, for: "first")
    await first.stop()
    #expect(server.record?.holder == "second")
    await second.stop()
  }

  @Test func aRenewalWhoseAnswerIsLostIsNoLoss() async throws {
    let first = try contender("first")
    first.start()
    await first.wait(for: "work begins")
    server.trouble(.answersLost, for: "first")
    await clock.pass(within: .seconds(2))
    await first.wait(for: "failing(Kubernetes.KubernetesError.Code.connection)")
    server.trouble(.none, for: "first")
    await clock.pass(within: .seconds(2))
    await first.wait(for: "leading")
    #expect(server.record?.transitions == 0)
    #expect(first.elector.fence.holds(for: .seconds(11)))
    await first.stop()
  }

  @Test func anEditOfTheLeaseIsNoLoss() async throws {
    let first = try contender("first")
    first.start()
    await first.wait(for: "work begins")
    server.edit { $0.metadata.annotations["note"] = "kept" }
    let writes = server.writes.count
    await clock.pass(within: .seconds(2))
    await clock.waitForSleeper(within: .seconds(2))
    while server.writes.count == writes { await Task.yield() }
    server.remove()
    await clock.pass(within: .seconds(2))
    while server.record?.holder != "first" { await Task.yield() }
    await first.stop()
  }

  @Test func aLeaseThatAnotherTookIsLostAtOnce() async throws {
    let first = try contender("first")
    first.start()
    await first.wait(for: "work begins")
    server.edit { $0.spec["holderIdentity"] = "thief" }
    await clock.pass(within: .seconds(2))
    let notes = await first.wait(for: "standby(holder: \"thief\")")
    #expect(
      notes == ["work ends, fence does not hold", "lost", "standby(holder: \"thief\")"])
    await first.stop()
    #expect(server.record?.holder == "thief")
  }

  /// What goes on after SIGTERM may still write: the lease is given back only when it is done.
  @Test func workThatEndsSlowlyKeepsTheLease() async throws {
    let first = try contender("first")
    let (gate, opened) = AsyncStream<Void>.makeStream()
    let (arrivals, arrived) = AsyncStream<Void>.makeStream()
    first.start(ending: {
      arrived.yield()
      // Not ended by the cancellation that this is about.
      await Task { for await _ in gate { return } }.value
    })
    await first.wait(for: "work begins")
    async let stopping: Void = first.stop()
    for await _ in arrivals { break }
    #expect(server.record?.holder == "first")
    #expect(first.elector.fence.holds())
    opened.yield()
    await stopping
    #expect(server.record?.holder == "")
    #expect(!first.elector.fence.holds())
  }

  @Test func workThatIsDoneGivesTheLeaseBack() async throws {
    let client = server.client("first", clock: clock)
    let elector = LeaseElector(
      client, options: try LeaseOptions(key: ObjectKey("l", namespace: "ns"), identity: "first"))
    try await elector.run {
      try elector.fence.require(for: .seconds(5))
      #expect(throws: LeaseNotHeld.self) { try elector.fence.require(for: .seconds(14)) }
    }
    #expect(server.record?.holder == "")
    struct Failure: Error {}
    await #expect(throws: Failure.self) { try await elector.run { throw Failure() } }
    #expect(server.record?.holder == "")
    #expect(throws: LeaseNotHeld(remaining: .zero)) { try elector.fence.require(for: .zero) }
  }
}
