import SandboxFaults

/// A request of an undisturbed run at which something can go wrong.
struct FaultPoint: Hashable, Sendable, CustomStringConvertible {
  enum Server: Hashable, Sendable { case kubernetes, teleport }

  let server: Server
  let request: SandboxRequest
  /// How many equal ones came before it.
  let occurrence: Int

  var description: String { occurrence == 0 ? "\(request)" : "\(request) #\(occurrence + 1)" }

  var isWrite: Bool {
    let verbs =
      server == .kubernetes
      ? ["POST ", "PATCH ", "PUT "] : ["/Create", "/Update", "/Upsert", "/Delete"]
    return verbs.contains { request.operation.firstRange(of: $0) != nil }
  }

  static func all(_ requests: [SandboxRequest], _ server: Server) -> [FaultPoint] {
    var seen: [SandboxRequest: Int] = [:]
    return requests.map { request in
      defer { seen[request, default: 0] += 1 }
      return FaultPoint(server: server, request: request, occurrence: seen[request] ?? 0)
    }
  }
}

/// What goes wrong there.
enum Disturbance: Hashable, Sendable, CustomStringConvertible {
  /// SIGKILL; another starts, or one that stood by goes on.
  case kill
  /// SIGTERM; likewise.
  case stop
  /// The answer is this gRPC code or HTTP status.
  case fail(Int)
  /// The connection or stream ends without an answer.
  case cut
  /// Somebody changes the resource in Teleport at this very moment.
  case handChange
  /// A new identity is published.
  case renewal
  /// The bot is locked, and unlocked once the status says so.
  case lock

  var description: String {
    switch self {
    case .kill: "killed"
    case .stop: "stopped"
    case .fail(let code): "answered \(code)"
    case .cut: "cut"
    case .handChange: "changed by hand"
    case .renewal: "identity renewed"
    case .lock: "bot locked"
    }
  }
}

/// A point, what goes wrong at it, and whether the request has had its effect by then.
struct Trouble: Hashable, Sendable, CustomStringConvertible {
  let point: FaultPoint
  let disturbance: Disturbance
  let moment: FaultMoment

  var description: String {
    "\(disturbance) \(moment == .beforeCommit ? "before" : "after") \(point)"
  }

  /// All that is worth trying at a point.
  static func all(at point: FaultPoint, hasStandby: Bool = false) -> [Trouble] {
    var kinds: [(Disturbance, [FaultMoment])] = [(.kill, [.beforeCommit])]
    if point.isWrite {
      kinds = [(.kill, [.beforeCommit, .afterCommit]), (.renewal, [.beforeCommit])]
    }
    if hasStandby { kinds.append((.stop, [.beforeCommit])) }
    switch (point.server, point.isWrite) {
    case (.teleport, true):
      kinds += [
        (.fail(14), [.beforeCommit, .afterCommit]), (.fail(4), [.beforeCommit, .afterCommit]),
        (.fail(7), [.beforeCommit]), (.fail(8), [.beforeCommit]), (.cut, [.afterCommit]),
        (.lock, [.beforeCommit]),
      ]
      if point.request.operation.firstRange(of: "/Update") != nil {
        kinds.append((.handChange, [.beforeCommit]))
      }
    case (.kubernetes, true):
      kinds += [
        (.fail(409), [.beforeCommit]), (.fail(500), [.beforeCommit, .afterCommit]),
        (.fail(503), [.beforeCommit]), (.fail(429), [.beforeCommit]),
        (.fail(504), [.afterCommit]), (.cut, [.beforeCommit, .afterCommit]),
      ]
    case (.teleport, false): kinds += [(.fail(14), [.beforeCommit]), (.cut, [.beforeCommit])]
    case (.kubernetes, false): kinds += [(.fail(500), [.beforeCommit]), (.cut, [.beforeCommit])]
    }
    return kinds.flatMap { disturbance, moments in
      moments.map { Trouble(point: point, disturbance: disturbance, moment: $0) }
    }
  }
}
