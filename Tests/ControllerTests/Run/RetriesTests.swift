import Documents
import Kubernetes
import SandboxFaults
import Testing

@testable import controller

/// No jitter: each wait is as long as it can be.
struct LongestWaits: RandomNumberGenerator, Sendable {
  /// Of zero alone, the standard library would ask again for ever.
  func next() -> UInt64 { 1 }
}

@Suite(.timeLimit(.minutes(1))) struct RetriesTests {
  private let clock = VirtualClock()
  private let queue: WorkQueue
  private let retries: Retries
  private let key = WorkKey(kind: "TeleportRole", namespace: "default", name: "a")

  init() {
    queue = WorkQueue(clock: MonotonicClock(clock))
    retries = Retries(queue, clock: MonotonicClock(clock), generator: LongestWaits())
  }

  private func object(
    generation: Int64 = 1, annotations: [String: String] = [:], status: JSONValue = .null
  ) throws -> KubernetesObject {
    try .custom(
      "TeleportRole", "a", generation: generation, annotations: annotations, status: status)
  }

  private var fresh: Work { Work(key: key, lane: .fresh) }
  private var resync: Work { Work(key: key, lane: .resync) }

  @Test func waitsGrowUntilTheyAreFiveMinutes() {
    var generator = LongestWaits()
    let waits = (1...14).map { Retries.backoff.delay(attempt: $0, using: &generator) }
    #expect(waits[0] == .milliseconds(200) && waits[1] == .milliseconds(400))
    #expect(waits[Retries.maximumFailures - 2] < .seconds(300))
    #expect(waits[Retries.maximumFailures - 1] == .seconds(300) && waits[13] == .seconds(300))
    #expect(Retries.maximumFailures == 12)
  }

  @Test func waitsAreSpreadOverTheirWholeLength() {
    var generator = SeededGenerator(seed: 1)
    let waits = (0..<500).map { _ in Retries.backoff.delay(attempt: 3, using: &generator) }
    #expect(waits.allSatisfy { $0 >= .zero && $0 <= .milliseconds(800) })
    #expect(waits.contains { $0 < .milliseconds(80) } && waits.contains { $0 > .milliseconds(720) })
  }

  @Test func failuresAreCountedUntilItIsWell() throws {
    let object = try object()
    #expect(retries.attempt(fresh, object) == 0)
    for failures in 1...20 {
      retries.failed(fresh, object)
      #expect(retries.attempt(fresh, object) == min(failures, 12))
    }
    #expect(retries.failing == 1)
    retries.forget(key)
    #expect(retries.attempt(fresh, object) == 0 && retries.failing == 0 && retries.isIdle)
  }

  @Test func aResyncDoesNotShortenAWait() throws {
    let object = try object()
    retries.failed(fresh, object)
    #expect(retries.attempt(resync, object) == nil)
    #expect(retries.waiting == 1)
    // An event of Teleport's does, but keeps the count.
    #expect(retries.attempt(fresh, object) == 1)
    #expect(retries.waiting == 0)
  }

  @Test func aChangeByTheOwnerEndsTheWaitAndTheCount() throws {
    for changed in [try object(generation: 2), try object(annotations: ["a": "b"])] {
      retries.failed(fresh, try object())
      #expect(retries.attempt(resync, changed) == 0)
      #expect(retries.waiting == 0)
    }
    // A status is ours.
    retries.failed(fresh, try object())
    #expect(retries.attempt(resync, try object(status: ["failures": 1])) == nil)
  }

  @Test func aProcessTakesOverTheCountAndWaitsFirst() async throws {
    let failing = try object(generation: 4, status: ["observedGeneration": 4, "failures": 5])
    #expect(retries.attempt(resync, failing) == nil)
    try await withRunning { next in
      clock.advance(by: .milliseconds(3199))
      #expect(queue.isIdle)
      clock.advance(by: .milliseconds(1))
      #expect(await next() == resync)
      #expect(retries.attempt(resync, failing) == 5)
    }
  }

  @Test func aNewGenerationIsTriedAtOnce() throws {
    let changed = try object(generation: 5, status: ["observedGeneration": 4, "failures": 5])
    #expect(retries.attempt(resync, changed) == 0)
  }

  @Test(
    arguments: [
      ["observedGeneration": 4, "failures": 0], ["observedGeneration": 4], [:],
      ["observedGeneration": 4, "failures": -3], ["observedGeneration": 4, "failures": "many"],
    ] as [JSONValue])
  func aStatusThatTellsOfNoFailureMakesNobodyWait(status: JSONValue) throws {
    #expect(retries.attempt(resync, try object(generation: 4, status: status)) == 0)
    #expect(retries.isIdle)
  }

  @Test func aCountBeyondTheMaximumIsTheMaximum() throws {
    let status: JSONValue = ["observedGeneration": 1, "failures": 9_000_000_000]
    #expect(retries.attempt(fresh, try object(status: status)) == 12)
  }

  @Test func onlyTheLastWaitEndsInWork() async throws {
    let object = try object()
    try await withRunning { next in
      retries.failed(fresh, object)
      retries.failed(fresh, object)
      await clock.waitForSleeper(within: .milliseconds(400))
      clock.advance(by: .milliseconds(200))
      #expect(retries.waiting == 1)
      await clock.pass(within: .milliseconds(200))
      #expect(await next() == fresh)
      #expect(queue.isIdle && retries.isIdle)
    }
  }

  @Test func anEarlierWaitOvertakesALongOne() async throws {
    let slow = try object(generation: 4, status: ["observedGeneration": 4, "failures": 12])
    try await withRunning { next in
      #expect(retries.attempt(resync, slow) == nil)
      await clock.waitForSleepers(1)
      let quick = Work(
        key: WorkKey(kind: "TeleportUser", namespace: nil, name: "b"), lane: .fresh)
      retries.failed(quick, try object())
      await clock.pass(within: .milliseconds(200))
      #expect(await next() == quick)
      #expect(retries.waiting == 1)
    }
  }

  @Test func aKeyThatIsWellIsNotTriedAgain() async throws {
    try await withRunning { _ in
      retries.failed(fresh, try object())
      retries.forget(key)
      #expect(queue.isIdle && retries.isIdle)
      clock.advance(by: .seconds(300))
      #expect(queue.isIdle)
    }
  }

  @Test func whatFailedHereIsTriedWhenTeleportIsBackButNotWhatWasTakenOver() async throws {
    let other = Work(key: WorkKey(kind: "TeleportRole", namespace: "b", name: "a"), lane: .resync)
    let inherited = try object(status: ["observedGeneration": 1, "failures": 12])
    #expect(retries.attempt(other, inherited) == nil)
    retries.failed(fresh, try object())
    retries.endWaits(ofKind: "TeleportUser")
    #expect(queue.isIdle)
    retries.endWaits(ofKind: "TeleportRole")
    #expect(queue.depth == 1)
    #expect(await queue.next() == resync)
    #expect(retries.attempt(resync, try object()) == 1)
    #expect(retries.attempt(other, inherited) == nil)
  }

  @Test func looksAreNoFailuresAndGrowALittle() throws {
    var generator = LongestWaits()
    let waits = (1...5).map { Retries.looking.delay(attempt: $0, using: &generator) }
    #expect(waits.first == .milliseconds(500) && waits.last == .seconds(2))
    retries.lookAgain(fresh)
    #expect(retries.waiting == 1 && retries.failing == 0)
    #expect(retries.attempt(fresh, try object()) == 0)
  }

  /// Waits that end early are forgotten long before their time.
  @Test func manyEndedWaitsDoNotPileUp() throws {
    let object = try object(status: ["observedGeneration": 1, "failures": 12])
    for _ in 0..<10_000 {
      _ = retries.attempt(fresh, object)
      retries.failed(fresh, object)
    }
    #expect(retries.scheduled < 100)
  }

  /// - Parameter body: gets what waits for the next work.
  private func withRunning(
    _ body: (_ next: () async -> Work?) async throws -> Void
  ) async throws {
    let running = Task { await retries.run() }
    defer { running.cancel() }
    try await body {
      let work = await queue.next()
      if let work { queue.done(work) }
      return work
    }
  }
}
