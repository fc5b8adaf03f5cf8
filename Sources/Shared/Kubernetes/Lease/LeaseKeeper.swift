import FoundationEssentials

/// Looks at the lease and writes it; remembers what was seen, and since when.
actor LeaseKeeper {
  enum Standing: Hashable, Sendable {
    case held
    case heldBy(String, for: Duration)
  }

  private let client: KubernetesClient
  private let options: LeaseOptions
  private let policy: LeasePolicy
  private let fence: LeaseFence
  private let wallClock: @Sendable () -> Date
  private var seen: KubernetesObject?
  private var record: LeaseRecord?
  private var seenAt: Duration = .zero

  init(
    _ client: KubernetesClient, options: LeaseOptions, fence: LeaseFence,
    wallClock: @escaping @Sendable () -> Date
  ) {
    self.client = client
    self.options = options
    self.fence = fence
    self.wallClock = wallClock
    policy = LeasePolicy(identity: options.identity, duration: options.duration)
  }

  private var clock: MonotonicClock { client.clock }

  /// Looks at the lease and takes or renews it where it can.
  ///
  /// - Parameter limit: For all calls together.
  func attempt(limit: Duration) async throws -> Standing {
    let deadline = clock.now + limit
    // The holder knows the lease as it wrote it and saves the look, until somebody else has written it.
    if record?.holder != options.identity { try await look(limit: limit) }
    var tries = 0
    while true {
      let decision = policy.decide(record, age: clock.now - seenAt)
      if case .wait(let rest) = decision { return .heldBy(record?.holder ?? "", for: rest) }
      do {
        try await write(decision, over: seen, limit: deadline - clock.now)
        return .held
      } catch let error as KubernetesError where error.isOutdated && tries < 2 {
        // Somebody wrote it meanwhile, or it was we and the answer was lost.
        tries += 1
        try await look(limit: deadline - clock.now)
      }
    }
  }

  /// Gives the lease back where it is ours, so that others need not wait for its end.
  func release(limit: Duration) async throws {
    fence.drop()
    let deadline = clock.now + limit
    for _ in 0..<2 {
      guard let seen, let record, record.holder == options.identity else { return }
      let time = Timestamp.microseconds(wallClock())
      let free = LeaseRecord(
        holder: "", durationSeconds: 1, acquireTime: time, renewTime: time,
        transitions: record.transitions)
      do {
        remember(try await put(free, over: seen, limit: deadline - clock.now))
        return
      } catch let error as KubernetesError where error.code == .conflict {
        // A renewal whose answer was lost: look, and try once more if it is still ours.
        try await look(limit: deadline - clock.now)
      }
    }
  }

  private func look(limit: Duration) async throws {
    do {
      remember(try await client.get(.leases, options.key, timeout: limit))
    } catch let error as KubernetesError where error.code == .notFound {
      seen = nil
      record = nil
    }
  }

  private func remember(_ lease: KubernetesObject) {
    let next = LeaseRecord(spec: lease.spec)
    // Only a change of the record is a sign of life of its holder.
    if next != record || seen == nil { seenAt = clock.now }
    seen = lease
    record = next
  }

  private func write(
    _ decision: LeasePolicy.Decision, over lease: KubernetesObject?, limit: Duration
  ) async throws {
    let sentAt = clock.now
    let next = policy.record(
      for: decision, after: record, time: Timestamp.microseconds(wallClock()))
    remember(try await put(next, over: lease, limit: limit))
    fence.extend(until: sentAt + options.duration - options.margin)
  }

  private func put(
    _ record: LeaseRecord, over lease: KubernetesObject?, limit: Duration
  ) async throws -> KubernetesObject {
    guard var lease else {
      let fresh = KubernetesObject(
        apiVersion: GroupVersionResource.leases.apiVersion, kind: "Lease",
        metadata: ObjectMeta(name: options.key.name, namespace: options.key.namespace),
        spec: record.written(into: [:]))
      return try await client.create(.leases, fresh, timeout: limit)
    }
    lease.spec = record.written(into: lease.spec)
    return try await client.replace(.leases, lease, timeout: limit)
  }
}

extension KubernetesError {
  /// Whether the lease is not as it was seen last.
  fileprivate var isOutdated: Bool {
    code == .conflict || code == .alreadyExists || code == .notFound
  }
}
