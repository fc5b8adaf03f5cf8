import Kubernetes
import Synchronization
import Testing

@testable import SandboxFaults
@testable import controller

@Suite(.timeLimit(.minutes(1))) struct WorkQueueTests {
  /// What workers do, seen from outside.
  private final class Floor: Sendable {
    private struct State {
      var active: Set<WorkKey> = []
      var handled: [WorkKey: Int] = [:]
      var kinds: [String] = []
    }

    private let state = Mutex(State())

    var handled: [WorkKey: Int] { state.withLock { $0.handled } }

    /// Of what was handled, in that order.
    var kinds: [String] { state.withLock { $0.kinds } }

    /// - Returns: whether nobody else is at work on it.
    func begin(_ key: WorkKey) -> Bool { state.withLock { $0.active.insert(key).inserted } }

    func end(_ key: WorkKey) {
      state.withLock { state in
        state.active.remove(key)
        state.handled[key, default: 0] += 1
        state.kinds.append(key.kind)
      }
    }
  }

  private func key(_ name: String, kind: String = "TeleportRole") -> WorkKey {
    WorkKey(kind: kind, namespace: "default", name: name)
  }

  private func fresh(_ name: String) -> Work { Work(key: key(name), lane: .fresh) }

  private func finishNext(of queue: WorkQueue) async -> Work? {
    guard let work = await queue.next() else { return nil }
    queue.done(work)
    return work
  }

  @Test func firstComeFirstServedAndEachOnce() async {
    let queue = WorkQueue()
    for name in ["a", "b", "a", "c", "b"] { queue.add(key(name), lane: .fresh) }
    #expect(queue.depth == 3)
    for name in ["a", "b", "c"] { #expect(await finishNext(of: queue) == fresh(name)) }
    #expect(queue.depth == 0 && queue.isIdle)
  }

  @Test func whatIsAddedWhileActiveComesAgainAndNotBefore() async {
    let queue = WorkQueue()
    queue.add(key("a"), lane: .resync)
    let first = Work(key: key("a"), lane: .resync)
    #expect(await queue.next() == first)
    queue.add(key("a"), lane: .fresh)
    queue.add(key("a"), lane: .resync)
    queue.add(key("b", kind: "TeleportUser"), lane: .resync)
    #expect(await queue.next()?.key.name == "b")
    #expect(queue.depth == 0 && !queue.isIdle)
    queue.done(first)
    // By the faster of the lanes.
    #expect(await queue.next() == fresh("a"))
    queue.done(fresh("a"))
    #expect(queue.depth == 0)
  }

  @Test func aWaitingWorkerIsWoken() async throws {
    let queue = WorkQueue()
    async let first = queue.next()
    async let second = queue.next()
    queue.add(key("a"), lane: .fresh)
    queue.add(key("b", kind: "TeleportUser"), lane: .fresh)
    #expect(await Set([first?.key.name, second?.key.name]) == ["a", "b"])
  }

  @Test func theLastIdleWorkerIsKeptForTheOtherKinds() async {
    let queue = WorkQueue()
    queue.add((0..<1000).map { key("slow-\($0)") }, lane: .fresh)
    let done = Gate()
    let floor = Floor()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          while let work = await queue.next() {
            // The slow kind never finishes while the other one is to be served.
            if work.key.kind == "TeleportRole" { await done.arriveAndWait() }
            floor.end(work.key)
            queue.done(work)
          }
        }
      }
      group.addTask {
        try? await eventually("two of three workers are at the slow kind") {
          queue.depth == 998
        }
        for number in 0..<20 { queue.add(key("u\(number)", kind: "TeleportUser"), lane: .resync) }
        try? await eventually("the other kind is served") { floor.kinds.count == 20 }
        #expect(queue.depth(of: .fresh) == 998 && queue.depth(of: .resync) == 0)
        queue.close()
        await done.open()
      }
    }
    #expect(floor.kinds.prefix(20).allSatisfy { $0 == "TeleportUser" })
  }

  @Test func whenTheOnlyWorkerIsDoneTheNextKeyIsHandedOut() async {
    let queue = WorkQueue()
    queue.add([key("a"), key("b")], lane: .fresh)
    #expect(await queue.next() == fresh("a"))
    // Another worker may not begin on the kind; it may once the first one is done, even if that one never asks again.
    async let second = queue.next()
    queue.done(fresh("a"))
    #expect(await second == fresh("b"))
  }

  @Test func agesAreTakenFromTheGivenClock() {
    let clock = VirtualClock()
    let queue = WorkQueue(clock: MonotonicClock(clock))
    #expect(queue.oldestAge(in: .fresh) == .zero)
    queue.add(key("a"), lane: .resync)
    clock.advance(by: .seconds(2))
    queue.add(key("b"), lane: .resync)
    clock.advance(by: .seconds(3))
    #expect(queue.oldestAge(in: .resync) == .seconds(5))
    queue.add(key("a"), lane: .fresh)
    #expect(queue.oldestAge(in: .resync) == .seconds(3))
    #expect(queue.oldestAge(in: .fresh) == .zero)
    #expect(queue.depth(of: .fresh) == 1 && queue.depth(of: .resync) == 1 && queue.depth == 2)
  }

  @Test func oneKeyIsNeverHandledTwiceAtOnce() async {
    let queue = WorkQueue()
    let floor = Floor()
    let keys = (0..<10).map { key("k\($0)") }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          while let work = await queue.next() {
            #expect(floor.begin(work.key))
            await Task.yield()
            floor.end(work.key)
            queue.done(work)
          }
        }
      }
      group.addTask {
        for round in 0..<200 {
          queue.add(keys, lane: round % 2 == 0 ? .fresh : .resync)
          if round % 10 == 0 { await Task.yield() }
        }
        // Each key once more after all that was added.
        let before = floor.handled
        queue.add(keys, lane: .fresh)
        try? await eventually("all keys were handled again") {
          keys.allSatisfy { floor.handled[$0, default: 0] > before[$0, default: 0] }
        }
        queue.close()
      }
    }
    #expect(floor.handled.count == keys.count)
  }

  @Test func closingEndsAllWaitingAndTakesNothingMore() async {
    let queue = WorkQueue()
    queue.add(key("active"), lane: .fresh)
    #expect(await queue.next() == fresh("active"))
    async let waiting = queue.next()
    queue.close()
    #expect(await waiting == nil)
    queue.add(key("late"), lane: .fresh)
    queue.add(key("active"), lane: .fresh)
    queue.done(fresh("active"))
    #expect(await queue.next() == nil)
    #expect(queue.depth == 0)
  }

  @Test func whatWaitsIsDroppedByClosing() async {
    let queue = WorkQueue()
    queue.add(key("a"), lane: .fresh)
    queue.close()
    #expect(await queue.next() == nil)
  }

  @Test func cancellationWakesOneWaiterAndLosesNoKey() async {
    let queue = WorkQueue()
    let cancelled = Task { await queue.next() }
    cancelled.cancel()
    #expect(await cancelled.value == nil)
    queue.add(key("a"), lane: .fresh)
    #expect(await queue.next() == fresh("a"))
  }

  @Test func cancellationAndWorkAtOnceLoseNoKey() async {
    for _ in 0..<200 {
      let queue = WorkQueue()
      let key = key("a")
      let waiter = Task { await queue.next() }
      async let adding: Void = queue.add(key, lane: .fresh)
      async let cancelling: Void = waiter.cancel()
      _ = await (adding, cancelling)
      // Either the waiter got it or it is still there.
      if await waiter.value == nil { #expect(queue.depth == 1) } else { #expect(queue.depth == 0) }
    }
  }
}
