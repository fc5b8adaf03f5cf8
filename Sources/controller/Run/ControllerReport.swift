/// The state of a controller at the moment it is asked.
struct ControllerReport: Sendable {
  /// Since when it leads; nil if it does not.
  var leading: ContinuousClock.Instant?
  /// Seconds; nil before there is one.
  var certificateExpiry: Double?
  var isTeleportReachable = false
  /// By lane.
  var queue: [Lane: Queue] = [:]
  /// By kind.
  var kinds: [String: Kind] = [:]
  /// Of what was done since it leads.
  var ledger = VerificationLedger.Summary()

  struct Queue: Hashable, Sendable {
    var depth: Int
    var oldestAge: Duration
  }

  struct Kind: Hashable, Sendable {
    /// Custom resources in the mirror.
    var count: Int
    var isSyncedWithKubernetes: Bool
    var isSyncedWithTeleport: Bool
  }

  /// What waits in a lane. With a standby it waits for nobody: the leader has it, too.
  func waiting(in lane: Lane) -> Queue {
    let none = Queue(depth: 0, oldestAge: .zero)
    return leading == nil ? none : queue[lane] ?? none
  }

  /// How many custom resources of a kind no verification is known of.
  func unverified(_ kind: String) -> Int {
    leading == nil ? 0 : max(0, (kinds[kind]?.count ?? 0) - (ledger.verified[kind] ?? 0))
  }

  /// How long ago the oldest verification was; what has none counts from when leading began.
  func oldestVerificationAge(at now: ContinuousClock.Instant) -> Duration {
    guard let leading else { return .zero }
    let isComplete = kinds.keys.allSatisfy { unverified($0) == 0 }
    return (isComplete ? ledger.oldest ?? now : leading).duration(to: now)
  }
}

extension Lane {
  /// Its name in metrics.
  var label: String {
    switch self {
    case .fresh: "fresh"
    case .resync: "resync"
    }
  }
}
