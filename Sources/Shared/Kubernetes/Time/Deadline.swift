/// The time for something ran out.
struct TimeRanOut: Error {}

/// Runs `operation` and cancels it when `limit` has passed.
///
/// - Throws: What the operation throws, `TimeRanOut`, or `CancellationError`.
func within<Result: Sendable>(
  _ limit: Duration, _ clock: MonotonicClock,
  _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result?.self) { group in
    defer { group.cancelAll() }
    group.addTask { try await operation() }
    group.addTask {
      try await clock.sleep(for: limit)
      return nil
    }
    guard let first = try await group.next(), let result = first else { throw TimeRanOut() }
    return result
  }
}
