/// Waits until something is there.
enum Waiting {
  /// Looks at once, after each signal, and a last time at the end.
  ///
  /// - Parameters:
  ///   - look: what is still missing; nil where nothing is.
  ///   - timeout: zero looks only once.
  /// - Returns: what was missing at the end; nil where all was there.
  static func run(
    timeout: Duration, clock: any Clock<Duration> = ContinuousClock(), signals: AsyncStream<Void>,
    look: @escaping @Sendable () async -> String?
  ) async -> String? {
    if timeout > .zero {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await _ in signals where await look() == nil { return }
        }
        group.addTask { try? await clock.sleep(for: timeout) }
        await group.next()
        group.cancelAll()
      }
    }
    return await look()
  }
}
