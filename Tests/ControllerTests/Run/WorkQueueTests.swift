import Synchronization
import Testing

@testable import controller

@Suite(.timeLimit(.minutes(1))) struct WorkQueueTests {
  /// What workers do, seen from outside.
  private final class Floor: Sendable {
    private struct State {
      var active: Set<WorkKey> = []
      var handled: [WorkKey: Int] = [:]
    }

    private let state = Mutex(State())

    var handled: [WorkKey: Int] { state.withLock { $0.handled } }

    /// - Returns: whether nobody else is at work on it.
    func begin(_ key: WorkKey) -> Bool { state.withLock { $0.active.insert(key).inserted } }

    func end(_ key: WorkKey) {
      state.withLock { state in
        state.active.remove(key)
        state.handled[key, default: 0] += 1
      }
    }
  }

  private func key(_ name: String) -> WorkKey {
    WorkKey(kind: "TeleportRole", namespace: "default", name: name)
  }

  @Test func firstComeFirstServedAndEachOnce() async {
    let queue = WorkQueue()
    for name in ["a", "b", "a", "c", "b"] { queue.add(key(name)) }
    #expect(queue.depth == 3)
    for name in ["a", "b", "c"] { #expect(await queue.next() == key(name)) }
    #expect(queue.depth == 0)
  }

  @Test func whatIsAddedWhileActiveComesAgainAndNotBefore() async {
    let queue = WorkQueue()
    queue.add(key("a"))
    #expect(await queue.next() == key("a"))
    queue.add(key("a"))
    queue.add(key("a"))
    queue.add(key("b"))
    #expect(await queue.next() == key("b"))
    #expect(queue.depth == 0)
    queue.done(key("a"))
    #expect(await queue.next() == key("a"))
    queue.done(key("a"))
    #expect(queue.depth == 0)
  }

  @Test func aWaitingWorkerIsWoken() async throws {
    let queue = WorkQueue()
    async let first = queue.next()
    async let second = queue.next()
    queue.add(key("a"))
    queue.add(key("b"))
    #expect(await Set([first, second]) == [key("a"), key("b")])
  }

  @Test func oneKeyIsNeverHandledTwiceAtOnce() async {
    let queue = WorkQueue()
    let floor = Floor()
    let keys = (0..<10).map { key("k\($0)") }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          while let key = await queue.next() {
            #expect(floor.begin(key))
            await Task.yield()
            floor.end(key)
            queue.done(key)
          }
        }
      }
      group.addTask {
        for round in 0..<200 {
          keys.forEach(queue.add)
          if round % 10 == 0 { await Task.yield() }
        }
        // Each key once more after all that was added.
        let before = floor.handled
        keys.forEach(queue.add)
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
    queue.add(key("active"))
    #expect(await queue.next() == key("active"))
    async let waiting = queue.next()
    queue.close()
    #expect(await waiting == nil)
    queue.add(key("late"))
    queue.add(key("active"))
    queue.done(key("active"))
    #expect(await queue.next() == nil)
    #expect(queue.depth == 0)
  }

  @Test func whatWaitsIsDroppedByClosing() async {
    let queue = WorkQueue()
    queue.add(key("a"))
    queue.close()
    #expect(await queue.next() == nil)
  }

  @Test func cancellationWakesOneWaiterAndLosesNoKey() async {
    let queue = WorkQueue()
    let cancelled = Task { await queue.next() }
    cancelled.cancel()
    #expect(await cancelled.value == nil)
    queue.add(key("a"))
    #expect(await queue.next() == key("a"))
  }

  @Test func cancellationAndWorkAtOnceLoseNoKey() async {
    for _ in 0..<200 {
      let queue = WorkQueue()
      let key = key("a")
      let waiter = Task { await queue.next() }
      async let adding: Void = queue.add(key)
      async let cancelling: Void = waiter.cancel()
      _ = await (adding, cancelling)
      // Either the waiter got it or it is still there.
      if await waiter.value == nil { #expect(queue.depth == 1) } else { #expect(queue.depth == 0) }
    }
  }
}

@Suite struct RetriesTests {
  private let key = WorkKey(kind: "K", namespace: "n", name: "a")
  private let other = WorkKey(kind: "K", namespace: "n", name: "b")

  @Test func failuresAreCountedByKeyUntilItIsWell() {
    let retries = Retries()
    #expect(retries.failed(key).failures == 1)
    #expect(retries.failed(key).failures == 2)
    #expect(retries.failed(other).failures == 1)
    retries.forget(key)
    #expect(retries.failed(key).failures == 1)
  }

  @Test func onlyTheLastWaitCountsAndOnce() {
    let retries = Retries()
    let first = retries.failed(key).wait
    let second = retries.wait(key)
    #expect(!retries.isDue(key, first))
    #expect(retries.isDue(key, second))
    #expect(!retries.isDue(key, second))
  }

  @Test func aKeyThatIsWellIsNotTriedAgain() {
    let retries = Retries()
    let wait = retries.failed(key).wait
    retries.forget(key)
    #expect(!retries.isDue(key, wait))
  }
}
