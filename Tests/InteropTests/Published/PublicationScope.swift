import Testing

/// All tests that look at published credentials. They share two publications, of an old and a new Teleport: RSA keys
/// take time to make.
@Suite(.publications) enum PublishedCredentials {
  /// By Teleport's major version. None of the tests changes them.
  @TaskLocal static var all: [Int: Publication] = [:]

  /// RSA keys up to 16, P-256 from 17 on.
  static let majors = [11, 18]

  static func of(_ major: Int) throws -> Publication { try #require(all[major]) }
}

/// Makes the publications before the first test of a suite, and removes them after the last one.
struct PublicationScope: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    var all: [Int: Publication] = [:]
    do {
      for major in PublishedCredentials.majors {
        all[major] = try await Publication.make(major: major)
      }
      try await PublishedCredentials.$all.withValue(all) { try await function() }
    } catch {
      for publication in all.values { await publication.remove() }
      throw error
    }
    for publication in all.values { await publication.remove() }
  }
}

extension Trait where Self == PublicationScope {
  static var publications: Self { Self() }
}
