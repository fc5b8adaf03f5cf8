/// What is to be done about one custom resource, in this order. Every effect can be repeated safely.
struct Plan: Hashable, Sendable {
  enum Effect: Hashable, Sendable {
    case addFinalizer
    case create([UInt8])
    case update([UInt8])
    case delete
    case removeFinalizer
  }

  /// What comes after the effects.
  enum Outcome: Hashable, Sendable {
    /// Nothing; the object is ignored, gone, or about to be.
    case none
    /// This status.
    case status(ResourceStatus)
    /// The status follows from what Teleport says it holds after the write.
    case verify
    /// Look again soon: the server has not shown yet what it holds.
    case lookAgain
  }

  var effects: [Effect] = []
  var outcome: Outcome = .none
  /// Whether time alone may change the outcome, so that it is tried again with backoff.
  var retries = false
  /// Whether somebody changed the resource in Teleport by hand.
  var correctsDrift = false
}
