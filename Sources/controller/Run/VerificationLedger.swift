import Synchronization

extension Reason {
  /// Whether it judges what there is now: a Teleport that cannot be asked gives a verdict, too.
  var isOfSeen: Bool { self != .teleportUnreachable && self != .permissionDenied }
}

/// What the leader knows of each custom resource since it began to lead: the last verdict, and when what both sides
/// hold was last compared.
final class VerificationLedger: Sendable {
  struct Verdict: Hashable, Sendable {
    let ready: Condition.Status
    let reason: Reason
  }

  private struct Entry {
    let verdict: Verdict
    let verified: ContinuousClock.Instant?
  }

  /// All resources together.
  struct Summary: Hashable, Sendable {
    /// How many there are, by kind and verdict.
    var verdicts: [String: [Verdict: Int]] = [:]
    /// How many have a verification, by kind.
    var verified: [String: Int] = [:]
    /// nil: nothing has been verified.
    var oldest: ContinuousClock.Instant?
  }

  private let entries = Mutex<[WorkKey: Entry]>([:])

  /// Takes a verdict in.
  ///
  /// - Parameter isVerification: whether both sides were seen for it.
  func note(
    _ key: WorkKey, _ verdict: Verdict, isVerification: Bool,
    at now: ContinuousClock.Instant = .now
  ) {
    entries.withLock { entries in
      let verified = isVerification ? now : entries[key]?.verified
      entries[key] = Entry(verdict: verdict, verified: verified)
    }
  }

  func verdict(of key: WorkKey) -> Verdict? { entries.withLock { $0[key]?.verdict } }

  func count(of kind: String) -> Int {
    entries.withLock { entries in entries.keys.count { $0.kind == kind } }
  }

  /// Forgets all custom resources of a kind but those that there still are.
  func keep(_ keys: Set<WorkKey>, of kind: String) {
    entries.withLock { entries in
      entries = entries.filter { $0.key.kind != kind || keys.contains($0.key) }
    }
  }

  /// Leading begins or ends: nothing is known of what others have done meanwhile.
  func forgetAll() { entries.withLock { $0.removeAll() } }

  func summary() -> Summary {
    entries.withLock { entries in
      entries.reduce(into: Summary()) { summary, element in
        let kind = element.key.kind
        summary.verdicts[kind, default: [:]][element.value.verdict, default: 0] += 1
        guard let verified = element.value.verified else { return }
        summary.verified[kind, default: 0] += 1
        summary.oldest = min(summary.oldest ?? verified, verified)
      }
    }
  }
}
