import Synchronization

/// Which watches get no answer from Kubernetes: one cause stops them all at once, and is told once.
final class WatchTroubles: Sendable {
  private let troubled = Mutex<Set<String>>([])

  enum Change { case began, ended }

  /// - Returns: what has changed for all of them together; nil where that is nothing.
  func note(_ watch: String, isTroubled: Bool) -> Change? {
    troubled.withLock { troubled in
      let were = !troubled.isEmpty
      if isTroubled { troubled.insert(watch) } else { troubled.remove(watch) }
      switch (were, troubled.isEmpty) {
      case (false, false): return .began
      case (true, true): return .ended
      default: return nil
      }
    }
  }
}
