/// What the bot is doing, for logs, metrics and health.
enum Phase: String, Sendable, CaseIterable {
  case preparing = "checking the destination"
  case readingIdentity = "reading the admin identity"
  case connecting = "connecting to the auth service"
  case bootstrapping = "creating role and bot"
  case issuing = "issuing certificates"
  case publishing = "publishing certificates"
  case waiting = "waiting to renew"
}

/// What went wrong, in which phase, and whether time may cure it.
struct RenewalFailure: Error, CustomStringConvertible {
  let phase: Phase
  let reason: String
  let isTerminal: Bool

  var description: String { "\(phase.rawValue): \(reason)" }
}
