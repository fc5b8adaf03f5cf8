/// Which lease to hold, as whom, and the times that go with it.
public struct LeaseOptions: Hashable, Sendable {
  /// Why the times do not fit each other.
  public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  public var key: ObjectKey
  /// Must differ between processes, and between two lives of one.
  public var identity: String
  /// After how long without a renewal others take the lease. Whole seconds.
  public var duration: Duration
  /// After how long without a renewal the holder stops its work.
  public var renewDeadline: Duration
  /// Between two renewals, or two looks at another's lease.
  public var retryPeriod: Duration
  /// By how much earlier than others the holder thinks the lease ends.
  public var margin: Duration = .seconds(1)

  /// With the times that Kubernetes controllers use: 15, 10 and 2 seconds.
  ///
  /// - Throws: `Invalid` unless retryPeriod < renewDeadline < duration - 1 s.
  public init(
    key: ObjectKey, identity: String, duration: Duration = .seconds(15),
    renewDeadline: Duration = .seconds(10), retryPeriod: Duration = .seconds(2)
  ) throws(Invalid) {
    self.key = key
    self.identity = identity
    self.duration = duration
    self.renewDeadline = renewDeadline
    self.retryPeriod = retryPeriod
    guard !identity.isEmpty else { throw Invalid(description: "the lease identity is empty") }
    guard duration.components.attoseconds == 0 else {
      throw Invalid(description: "the lease duration must be whole seconds")
    }
    guard .zero < retryPeriod, retryPeriod < renewDeadline, renewDeadline < duration - margin else {
      throw Invalid(
        description: "lease times must grow: retry period, renew deadline, duration less 1 s")
    }
  }

  /// An identity that no other process has: the host's name and a random part.
  public static func identity(host: String) -> String {
    var random = SystemRandomNumberGenerator()
    let part = String(random.next(), radix: 16)
    return "\(host)_\(String(repeating: "0", count: 16 - part.utf8.count))\(part)"
  }
}

/// How a lease elector is doing.
public enum LeaseState: Hashable, Sendable {
  /// The lease has not been seen yet.
  case starting
  /// Another process holds the lease.
  case standby(holder: String)
  case leading
  /// The lease was lost: another took it, or it could not be renewed in time.
  case lost
  /// It was given back.
  case released
  /// The lease cannot be read or written.
  case failing(KubernetesError.Code)
}
