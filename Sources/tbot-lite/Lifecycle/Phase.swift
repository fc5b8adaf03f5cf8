/// What the bot is doing, for logs, metrics and health.
enum Phase: String, Sendable, CaseIterable {
  case preparing = "checking the destinations"
  case authenticating = "getting an identity"
  case connecting = "connecting to the auth service"
  case bootstrapping = "creating role and bot"
  case issuing = "issuing certificates"
  case publishing = "publishing certificates"
  case announcing = "telling about new certificates"
  case waiting = "waiting to renew"
  case backingOff = "waiting to try again"
  case ended = "ended"

  /// In metrics, where labels are single words.
  var label: String { "\(self)" }
}

extension Lifecycle.State {
  var phase: Phase {
    switch self {
    case .new: .preparing
    case .working(let step): step.phase
    case .waiting: .waiting
    case .backingOff: .backingOff
    case .ended: .ended
    }
  }
}

extension Lifecycle.Step {
  var phase: Phase {
    switch self {
    case .prepare: .preparing
    case .authenticate: .authenticating
    case .connect: .connecting
    case .bootstrap: .bootstrapping
    case .issue: .issuing
    case .publish: .publishing
    case .announce: .announcing
    }
  }
}
