/// What went wrong in a step, and what follows from it.
struct StepFailure: Error, Sendable, CustomStringConvertible {
  enum Remedy: String, Sendable {
    /// Time may cure it: Teleport is starting, rotating, or out of reach.
    case tryAgain
    /// A person has to mend it; found at the start, it ends the bot, so that nobody waits in vain.
    case endUnlessPublished
    /// No further try can help.
    case end
  }

  let phase: Phase
  let reason: String
  let remedy: Remedy
  /// Whether the other outputs would meet the same.
  let concernsAllOutputs: Bool

  init(
    phase: Phase, reason: String, remedy: Remedy = .tryAgain, concernsAllOutputs: Bool = true
  ) {
    self.phase = phase
    self.reason = reason
    self.remedy = remedy
    self.concernsAllOutputs = concernsAllOutputs
  }

  var description: String { "\(phase.rawValue): \(reason)" }
}
