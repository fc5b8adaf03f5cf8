@preconcurrency import Dispatch
import Glibc

/// Tells when something may have changed in a directory.
///
/// - Guarantees: one signal at the start, one soon after each change, and one at least every `interval`, because
///   inotify does not see every kind of volume. Signals that nobody has taken yet are joined into one.
public struct DirectoryWatcher: Sendable {
  public let path: String
  public let interval: Duration

  public init(path: String, interval: Duration = .seconds(30)) {
    self.path = path
    self.interval = interval
  }

  /// Signals until the task that reads them ends. The directory need not exist yet.
  public func signals() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      continuation.yield()
      let poll = DispatchSource.makeTimerSource()
      // Not below a second: a timer of next to nothing would keep a core busy.
      let seconds = max(1, interval / .seconds(1))
      poll.schedule(deadline: .now() + seconds, repeating: seconds, leeway: .milliseconds(500))
      poll.setEventHandler { continuation.yield() }
      poll.resume()
      let events = Self.events(path, continuation)
      continuation.onTermination = { _ in
        poll.cancel()
        events?.cancel()
      }
    }
  }

  private static func events(
    _ path: String, _ continuation: AsyncStream<Void>.Continuation
  ) -> (any DispatchSourceRead)? {
    let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    let mask = UInt32(IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE)
    // A directory that comes later is found by polling; its parent tells sooner.
    if inotify_add_watch(descriptor, path, mask) < 0 {
      let parent = path.split(separator: "/").dropLast().joined(separator: "/")
      let root = path.hasPrefix("/") ? "/" : "./"
      inotify_add_watch(descriptor, root + parent, mask)
      // It may have come in between.
      inotify_add_watch(descriptor, path, mask)
    }
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
    source.setEventHandler {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while buffer.withUnsafeMutableBytes({ read(descriptor, $0.baseAddress, $0.count) }) > 0 {}
      inotify_add_watch(descriptor, path, mask)
      continuation.yield()
    }
    source.setCancelHandler { close(descriptor) }
    source.resume()
    return source
  }
}
