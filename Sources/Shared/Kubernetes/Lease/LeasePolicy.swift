/// What to do about a lease, from what is seen of it. Pure.
struct LeasePolicy: Hashable, Sendable {
  enum Decision: Hashable, Sendable {
    /// There is none: create it.
    case create
    /// It is free, or its holder has gone: take it.
    case acquire
    /// It is ours: renew it.
    case renew
    /// Another holds it for at least this long.
    case wait(Duration)
  }

  let identity: String
  /// How long the lease is valid where the record does not say.
  let duration: Duration

  /// - Parameters:
  ///   - record: What the Lease says; nil where there is no Lease.
  ///   - age: The time since this very record was first seen here. Its own times are not looked at: they were
  ///     written by another machine's clock.
  func decide(_ record: LeaseRecord?, age: Duration) -> Decision {
    guard let record else { return .create }
    if record.holder == identity { return .renew }
    if record.holder.isEmpty { return .acquire }
    let valid = record.durationSeconds > 0 ? .seconds(record.durationSeconds) : duration
    return age > valid ? .acquire : .wait(valid - age)
  }

  /// The record that carries a decision out.
  func record(
    for decision: Decision, after record: LeaseRecord?, time: String
  ) -> LeaseRecord {
    var next = LeaseRecord(
      holder: identity, durationSeconds: Int(duration.components.seconds), acquireTime: time,
      renewTime: time, transitions: record?.transitions ?? 0)
    switch decision {
    case .renew: next.acquireTime = record?.acquireTime ?? time
    case .acquire: next.transitions += 1
    case .create, .wait: break
    }
    return next
  }
}
