import Testing

/// What did not come about in time.
struct NotInTime: Error, CustomStringConvertible {
  let description: String
}

/// Returns once `condition` holds; for what nobody tells of by an event.
///
/// - Throws: `NotInTime` with `what`, and whatever the condition throws.
func eventually(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(20),
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NotInTime(description: what()) }
    try await Task.sleep(for: .milliseconds(10))
  }
}
