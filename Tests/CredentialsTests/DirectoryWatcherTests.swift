import Credentials
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(1))) struct DirectoryWatcherTests {
  private let authority: TestAuthority
  /// So long that only inotify can have told.
  private static let never: Duration = .seconds(3600)

  init() throws { authority = try TestAuthority() }

  private struct TooLate: Error {}

  /// The next signal, which has to come soon.
  private func next(_ signals: AsyncStream<Void>) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        var iterator = signals.makeAsyncIterator()
        return await iterator.next() != nil
      }
      group.addTask {
        try await Task.sleep(for: .seconds(2))
        throw TooLate()
      }
      let isSignal = try await group.next()
      group.cancelAll()
      #expect(isSignal == true)
    }
  }

  @Test func theFirstSignalComesAtOnceAndAnotherWithEachPublication() async throws {
    let directory = try TemporaryDirectory()
    let watcher = DirectoryWatcher(path: directory.path, interval: Self.never)
    let signals = watcher.signals()
    try await next(signals)
    let publisher = DirectoryPublisher(path: directory.path)
    var seen: Set<String> = []
    for generation in 1...3 {
      try publisher.publish(try authority.credentials().files, generation: "\(generation)")
      try await next(signals)
      seen.insert(try PublishedDirectory(path: directory.path).read().name)
    }
    #expect(seen.count == 3)
  }

  @Test(arguments: ["/identity", "/identity/"])
  func aDirectoryThatComesLaterIsNoticed(name: String) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + name
    let signals = DirectoryWatcher(path: path, interval: Self.never).signals()
    try await next(signals)
    let publisher = DirectoryPublisher(path: path)
    try publisher.prepare()
    try publisher.publish(try authority.credentials().files, generation: "1")
    // The directory's own appearance may be told apart from what came into it.
    while (try? PublishedDirectory(path: path).read()) == nil { try await next(signals) }
    try publisher.publish(try authority.credentials().files, generation: "2")
    try await next(signals)
  }

  @Test func whatInotifyDoesNotSeeIsPolledFor() async throws {
    let signals = DirectoryWatcher(path: "/nowhere/at/all", interval: .seconds(1)).signals()
    try await next(signals)
    try await next(signals)
  }

  @Test func anIntervalOfNextToNothingDoesNotSpin() async throws {
    let start = ContinuousClock.now
    let signals = DirectoryWatcher(path: "/nowhere/at/all", interval: .milliseconds(1)).signals()
    try await next(signals)
    try await next(signals)
    #expect(start.duration(to: .now) > .milliseconds(900))
  }

  @Test func theStreamEndsWithItsReader() async throws {
    let directory = try TemporaryDirectory()
    let watcher = DirectoryWatcher(path: directory.path, interval: Self.never)
    let reader = Task { [watcher] in
      var count = 0
      for await _ in watcher.signals() { count += 1 }
      return count
    }
    reader.cancel()
    #expect(await reader.value <= 1)
  }
}
