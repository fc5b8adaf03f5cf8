/// Holds requests until it is opened, and tells a test when one has arrived.
public actor Gate {
  private var isOpen = false
  private var arrivals = 0
  private var held: [CheckedContinuation<Void, Never>] = []
  private var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

  public init() {}

  /// Lets through whatever waits and whatever comes later.
  public func open() {
    isOpen = true
    for element in held { element.resume() }
    held.removeAll()
  }

  /// Returns once `count` requests have reached the gate.
  public func waitForArrivals(_ count: Int = 1) async {
    if arrivals >= count { return }
    await withCheckedContinuation { watchers.append((count, $0)) }
  }

  func arriveAndWait() async {
    arrivals += 1
    for watcher in watchers where watcher.count <= arrivals { watcher.continuation.resume() }
    watchers.removeAll { $0.count <= arrivals }
    if isOpen { return }
    await withCheckedContinuation { held.append($0) }
  }
}

extension Gate {
  /// As `waitForArrivals`, but ends when the task is cancelled, as with a test's time, where nobody comes.
  public func arrival(_ count: Int = 1) async throws {
    let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self)
    Task {
      await waitForArrivals(count)
      continuation.finish()
    }
    for await _ in arrivals {}
    try Task.checkCancellation()
  }
}
