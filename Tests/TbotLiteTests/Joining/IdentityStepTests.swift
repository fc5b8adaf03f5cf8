import Credentials
import FoundationEssentials
import TeleportSandbox
import Testing

@testable import tbot_lite

@Suite(.timeLimit(.minutes(1))) struct IdentityStepTests {
  /// An identity of an hour.
  private static func identity() async throws -> OwnIdentity {
    let sandbox = try await TeleportSandbox.start(options: .init(major: 18))
    _ = try await sandbox.addBot(name: "x", roles: ["access"], token: nil, method: .token)
    let credentials = try await sandbox.credentials(forUser: "bot-x", lifetime: .seconds(3600))
    await sandbox.shutdown()
    return OwnIdentity(
      tls: try TLSIdentity(
        certificatePEM: credentials.certificate, keyPEM: .init(credentials.key),
        trustedCAPEMs: credentials.hostAuthorities, source: "test"),
      sshHostCAs: [], tokenHash: "h")
  }

  private func next(
    _ kept: OwnIdentity?, token: String = "h", mark: String? = nil, after seconds: Double = 0,
    renewedSince: Double? = nil
  ) -> IdentityStep {
    let issued = kept?.issuedAt ?? Date()
    return IdentityStep.next(
      kept: kept, tokenHash: token, begun: mark.map { BegunRenewal(fingerprint: $0, time: issued) },
      at: issued.addingTimeInterval(seconds),
      interval: .seconds(1200), renewedSince: renewedSince.map { issued.addingTimeInterval($0) })
  }

  @Test func whatIsDoneFollowsFromWhatIsThere() async throws {
    let kept = try await Self.identity()
    #expect(next(nil) == .join(.nothingKept))
    #expect(next(nil, mark: "x") == .join(.nothingKept))
    #expect(next(kept) == .use)
    #expect(next(kept, after: 599) == .use)
    #expect(next(kept, after: 601) == .renew)
    #expect(next(kept, after: 1, renewedSince: 0.5) == .renew)
    #expect(next(kept, after: 1, renewedSince: -1) == .use)
    #expect(next(kept, token: "other") == .join(.tokenChanged))
    #expect(next(kept, after: 3601) == .join(.expired))
    #expect(next(kept, mark: kept.fingerprint, after: 3601) == .join(.expired))
    // A renewal of this very identity was begun; one of another is history.
    for seconds in [0.0, 601, 3000] {
      #expect(next(kept, mark: kept.fingerprint, after: seconds) == .resolve)
    }
    #expect(next(kept, mark: "another", after: 601) == .renew)
  }

  @Test func aCountIsBelievedWhenCachesMustHaveSeenTheRenewal() throws {
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    let begun = try #require(
      BegunRenewal(text: BegunRenewal(fingerprint: "abc", time: time).text))
    #expect(begun == BegunRenewal(fingerprint: "abc", time: time))
    for (seconds, isSettled) in [(-60.0, true), (-1, false), (0, false), (9, false), (10, true)] {
      #expect(begun.isSettled(at: time.addingTimeInterval(seconds)) == isSettled)
    }
    for text in ["", "abc", "abc x", "abc 1 2"] { #expect(BegunRenewal(text: text) == nil) }
  }
}
