/// A request as a stand-in saw it, described well enough to choose it for a fault or to count it.
public struct SandboxRequest: Hashable, Sendable, CustomStringConvertible {
  /// A gRPC method (`proto.AuthService/GetRole`), or an HTTP verb and resource (`PATCH teleportroles/status`).
  public let operation: String
  /// The name of the object concerned (`namespace/name` on the Kubernetes side); empty where there is none.
  public let target: String

  public init(operation: String, target: String) {
    self.operation = operation
    self.target = target
  }

  public var description: String { target.isEmpty ? operation : "\(operation) \(target)" }
}

/// What happens to a request that was chosen.
public enum Fault: Sendable {
  /// Answer with this gRPC code or HTTP status instead.
  case fail(code: Int, message: String)
  /// Go on after this time.
  case delay(Duration)
  /// Close the connection without an answer.
  case cut
  /// Go on when the gate is opened.
  case pause(Gate)
  /// Do this first, and then what it returns; nil: go on. For what has to happen at this very moment, and nowhere near it.
  case act(@Sendable () async -> Fault?)
}

/// A request, and who made it.
public struct SandboxCall: Hashable, Sendable {
  public let request: SandboxRequest
  /// The user's name; empty where it is not known.
  public let caller: String
}

/// When a fault strikes.
public enum FaultMoment: Hashable, Sendable {
  /// The request had no effect.
  case beforeCommit
  /// The request took effect, its answer is what suffers.
  case afterCommit
}

/// The faults that a stand-in has been told to produce, and a record of all it was asked.
public actor Faults {
  public struct ID: Hashable, Sendable { fileprivate let value: Int }

  private struct Rule {
    let id: ID
    let fault: Fault
    let moment: FaultMoment
    var skip: Int
    var times: Int
    let matches: @Sendable (SandboxRequest) -> Bool
  }

  private var rules: [Rule] = []
  private var lastID = 0
  /// Every request, oldest first, since `forgetRequests()`; none where they are not kept.
  public private(set) var calls: [SandboxCall] = []
  /// How many requests of each operation there were since `forgetRequests()`.
  public private(set) var counts: [String: Int] = [:]
  private var latency: Duration
  private let keepsRequests: Bool

  /// - Parameters:
  ///   - latency: what every request waits before anything else happens to it.
  ///   - keepsRequests: whether each is recorded; without it they are only counted, and memory does not grow.
  public init(latency: Duration = .zero, keepsRequests: Bool = true) {
    self.latency = latency
    self.keepsRequests = keepsRequests
  }

  /// What every request from now on waits before anything else happens to it.
  public func setLatency(_ latency: Duration) { self.latency = latency }

  /// Every request, oldest first.
  public var requests: [SandboxRequest] { calls.map(\.request) }

  /// Lets `fault` strike requests that match: the first `skip` are spared, the next `times` are struck.
  @discardableResult
  public func inject(
    _ fault: Fault, at moment: FaultMoment = .beforeCommit, skip: Int = 0, times: Int = 1,
    where matches: @escaping @Sendable (SandboxRequest) -> Bool
  ) -> ID {
    lastID += 1
    let id = ID(value: lastID)
    rules.append(
      Rule(id: id, fault: fault, moment: moment, skip: skip, times: times, matches: matches))
    return id
  }

  public func remove(_ id: ID) { rules.removeAll { $0.id == id } }

  public func removeAll() { rules.removeAll() }

  public func forgetRequests() {
    calls.removeAll()
    counts.removeAll()
  }

  // MARK: - For the stand-ins

  /// Notes a request and returns after the latency; a stand-in calls this once for each.
  public func record(_ request: SandboxRequest, by caller: String = "") async {
    if keepsRequests { calls.append(SandboxCall(request: request, caller: caller)) }
    counts[request.operation, default: 0] += 1
    if latency > .zero { try? await Task.sleep(for: latency) }
  }

  /// What strikes now, if anything does: a failure or a cut. Everything else has been waited for.
  public func strike(_ request: SandboxRequest, at moment: FaultMoment) async -> Fault? {
    guard let fault = take(request, at: moment) else { return nil }
    return await outcome(of: fault)
  }

  private func outcome(of fault: Fault) async -> Fault? {
    switch fault {
    case .fail, .cut:
      return fault
    case .act(let action):
      guard let next = await action() else { return nil }
      return await outcome(of: next)
    case .delay(let duration):
      try? await Task.sleep(for: duration)
      return nil
    case .pause(let gate):
      await gate.arriveAndWait()
      return nil
    }
  }

  private func take(_ request: SandboxRequest, at moment: FaultMoment) -> Fault? {
    for index in rules.indices where rules[index].moment == moment && rules[index].matches(request)
    {
      if rules[index].skip > 0 {
        rules[index].skip -= 1
        continue
      }
      let fault = rules[index].fault
      rules[index].times -= 1
      if rules[index].times <= 0 { rules.remove(at: index) }
      return fault
    }
    return nil
  }
}
