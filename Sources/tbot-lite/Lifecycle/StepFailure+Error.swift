import Credentials
import Kubernetes
import TeleportClient

extension StepFailure {
  /// What an error in a step means for the rest of the cycle and for the bot.
  init(_ error: any Error, in step: Lifecycle.Step) {
    if let failure = error as? StepFailure {
      self = failure
      return
    }
    self.init(
      phase: step.phase, reason: "\(error)", remedy: Self.remedy(for: error),
      concernsAllOutputs: step.output == nil || Self.concernsTheServer(error))
  }

  /// Only what a person has to mend, and what Teleport does not mend by itself when it starts or rotates.
  private static func remedy(for error: any Error) -> Remedy {
    switch error {
    case let error as CredentialsError:
      error.code == .inaccessible || error.code == .malformed ? .endUnlessPublished : .tryAgain
    case is SecretDelivery.ForeignSecret: .endUnlessPublished
    default: .tryAgain
    }
  }

  /// Whether another output would meet the same.
  private static func concernsTheServer(_ error: any Error) -> Bool {
    guard let error = error as? TeleportError else { return error is CancellationError }
    return switch error.code {
    case .unreachable, .deadlineExceeded, .cancelled, .untrustedServer, .certificateRejected,
      .locked, .generationMismatch:
      true
    default: false
    }
  }
}

extension Lifecycle.Step {
  /// The output that the step is for; nil where it is for all.
  var output: Int? {
    switch self {
    case .issue(let output), .publish(let output): output
    default: nil
    }
  }
}
