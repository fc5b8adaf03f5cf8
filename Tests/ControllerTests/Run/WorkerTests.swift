import Documents
import Kubernetes
import Operations
import Synchronization
import Testing

@testable import SandboxFaults
@testable import controller

@Suite(.timeLimit(.minutes(1))) struct WorkerTests {
  private let bench = Bench()

  @Test func failuresAreTriedAgainLaterEachTime() async throws {
    try await bench.run { _ in
      .retry
    } during: {
      try bench.apply(try bench.object(), lane: .fresh)
      #expect(await bench.next() == 0)
      for (failures, wait) in [200, 400, 800, 1600].enumerated() {
        await bench.clock.waitForSleeper(within: .milliseconds(wait))
        bench.clock.advance(by: .milliseconds(wait - 1))
        #expect(bench.isResting)
        bench.clock.advance(by: .milliseconds(1))
        #expect(await bench.next() == failures + 1)
      }
    }
  }

  @Test func successEndsTheCount() async throws {
    let answers = Mutex<[Reconciler.Result]>([.retry, .retry, .done, .retry])
    try await bench.run { _ in
      answers.withLock { $0.removeFirst() }
    } during: {
      try bench.apply(try bench.object(), lane: .fresh)
      #expect(await bench.next() == 0)
      await bench.clock.pass(within: .milliseconds(200))
      #expect(await bench.next() == 1)
      await bench.clock.pass(within: .milliseconds(400))
      #expect(await bench.next() == 2)
      try await bench.settled()
      bench.queue.add(bench.key, lane: .fresh)
      #expect(await bench.next() == 0)
    }
  }

  @Test func aRestartHammersNobody() async throws {
    try await bench.run { _ in
      .retry
    } during: {
      let status: JSONValue = ["observedGeneration": 1, "failures": 7]
      try bench.apply(try bench.object(status: status), lane: .resync)
      await bench.clock.waitForSleeper(within: .milliseconds(12_800))
      bench.clock.advance(by: .milliseconds(12_799))
      #expect(bench.isResting)
      bench.clock.advance(by: .milliseconds(1))
      #expect(await bench.next() == 7)
    }
  }

  @Test func theOwnersChangeIsTriedAtOnceAndFromTheBeginning() async throws {
    try await bench.run { _ in
      .retry
    } during: {
      let status: JSONValue = ["observedGeneration": 1, "failures": 12]
      try bench.apply(try bench.object(status: status), lane: .fresh)
      #expect(await bench.next() == 12)
      try await bench.settled(waiting: 1)
      try bench.apply(
        try bench.object(generation: 2, resourceVersion: "2", status: status), lane: .fresh)
      #expect(await bench.next() == 0)
    }
  }

  @Test func aConflictIsNoFailure() async throws {
    let answers = Mutex(0)
    try await bench.run { _ in
      let count = answers.withLock { count in
        count += 1
        return count
      }
      if count < 3 { throw KubernetesError(.conflict, "changed") }
      return .done
    } during: {
      try bench.apply(try bench.object(), lane: .fresh)
      #expect(await bench.next() == 0)
      await bench.clock.pass(within: .milliseconds(500))
      #expect(await bench.next() == 0)
      await bench.clock.pass(within: .seconds(1))
      #expect(await bench.next() == 0)
      try await bench.settled()
      #expect(bench.lines.all.isEmpty)
    }
  }

  @Test func anErrorOfKubernetesIsLoggedOnceAndTriedAgain() async throws {
    try await bench.run { _ in
      throw KubernetesError(.unavailable, "busy")
    } during: {
      try bench.apply(try bench.object(), lane: .fresh)
      #expect(await bench.next() == 0)
      await bench.clock.pass(within: .milliseconds(200))
      #expect(await bench.next() == 1)
      try await bench.settled(waiting: 1)
      #expect(bench.lines.all.count == 1)
    }
  }

  @Test func whatWasInterruptedStaysInTheQueue() async throws {
    let gate = Gate()
    try await bench.run { _ in
      await gate.arriveAndWait()
      try Task.checkCancellation()
      return .done
    } during: {
      try bench.apply(try bench.object(), lane: .resync)
      #expect(await bench.next() == 0)
      bench.stop()
      await gate.open()
    }
    #expect(bench.queue.depth(of: .resync) == 1 && bench.retries.failing == 0)
  }

  @Test func whatIsGoneIsForgotten() async throws {
    try await bench.run { _ in
      .retry
    } during: {
      let object = try bench.object()
      try bench.apply(object, lane: .fresh)
      #expect(await bench.next() == 0)
      try await bench.settled(waiting: 1)
      _ = bench.resources.apply(.deleted(PackedObject(object)), of: try bench.kind)
      await bench.clock.pass(within: .milliseconds(200))
      try await bench.settled()
      #expect(bench.retries.failing == 0)
    }
  }
}

/// One worker, with its queue and retries in a time of their own.
private final class Bench: Sendable {
  let clock = VirtualClock()
  let resources = ResourceMirror()
  let lines = LogLines()
  let queue: WorkQueue
  let retries: Retries
  let key = WorkKey(kind: "TeleportRole", namespace: "default", name: "a")
  private let attempts: AsyncStream<Int>
  private let attempt: AsyncStream<Int>.Continuation
  private let worker = Mutex<Task<Void, Never>?>(nil)

  init() {
    queue = WorkQueue(clock: MonotonicClock(clock))
    retries = Retries(queue, clock: MonotonicClock(clock), generator: LongestWaits())
    (attempts, attempt) = AsyncStream.makeStream()
  }

  var kind: WatchedKind { get throws { try .named("TeleportRole") } }

  func object(
    generation: Int64 = 1, resourceVersion: String = "1", status: JSONValue = .null
  ) throws -> KubernetesObject {
    try .custom(
      "TeleportRole", "a", resourceVersion: resourceVersion, generation: generation, status: status)
  }

  func apply(_ object: KubernetesObject, lane: Lane) throws {
    queue.add(resources.apply(.applied(PackedObject(object)), of: try kind), lane: lane)
  }

  /// How many failures the next attempt is told.
  func next() async -> Int? {
    for await failures in attempts { return failures }
    return nil
  }

  var isResting: Bool { queue.isIdle && retries.waiting == 1 }

  func settled(waiting: Int = 0) async throws {
    try await eventually("the worker rests") { queue.isIdle && retries.waiting == waiting }
  }

  func stop() { worker.withLock { $0 }?.cancel() }

  func run(
    _ answer: @escaping @Sendable (Int) async throws -> Reconciler.Result,
    during body: () async throws -> Void
  ) async throws {
    let worker = Worker(queue, retries, resources, StateLog(lines.logger)) {
      [attempt] _, _, failures in
      attempt.yield(failures)
      return try await answer(failures)
    }
    let task = Task { await worker.run() }
    self.worker.withLock { $0 = task }
    let running = Task { await retries.run() }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    task.cancel()
    running.cancel()
    await task.value
    try result.get()
  }
}
