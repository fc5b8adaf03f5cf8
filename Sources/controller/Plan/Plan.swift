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
    /// Nothing; nothing has changed, or the object is about to go.
    case none
    /// This status.
    case status(ResourceStatus)
    /// The status follows from what Teleport says it holds after the write.
    case verify
    /// Look again soon: the server has not shown yet what it holds.
    case lookAgain
    /// What Teleport holds has to be read; then plan again.
    case read
  }

  /// What is told of a plan once it has been carried out, beyond the status.
  enum Note: Hashable, Sendable {
    /// Somebody changed the resource in Teleport; it was put back.
    case driftCorrected
    case adopted(from: Owner?)
    case deleted
    /// The custom resource goes, the Teleport resource stays, for this reason.
    case leftInTeleport(because: String)
  }

  var effects: [Effect] = []
  var outcome: Outcome = .none
  /// Whether time alone may change the outcome, so that it is tried again with backoff.
  var retries = false
  var notes: [Note] = []
}

extension Plan.Effect {
  /// Whether it changes what Teleport holds.
  var isTeleportWrite: Bool {
    switch self {
    case .create, .update, .delete: true
    case .addFinalizer, .removeFinalizer: false
    }
  }
}
