extension AuthState {
  func watchEvents(_ call: Call) throws(CallError) -> Reply {
    let kinds = call.message.messages(at: [1]).map(WatchedKind.init)
    guard !kinds.isEmpty else {
      throw CallError(.accessDenied, "can't setup global watch")
    }
    // Before 13 the field was not looked at.
    let allowsPartialSuccess = major >= 13 && call.message.varint(at: [2]) == 1
    let known = WatchedKind.known(major: major)
    var accepted: [WatchedKind] = []
    for kind in kinds {
      do throws(CallError) {
        try call.caller.rules.require(kind.verb, on: kind.kind)
        guard known.contains(kind.kind) else {
          throw CallError(
            .badParameter, "watcher on object kind \"\(kind.kind)\" is not supported")
        }
        accepted.append(kind)
      } catch {
        if !allowsPartialSuccess { throw error }
      }
    }
    guard !accepted.isEmpty else {
      throw CallError(.badParameter, "none of the requested kinds can be watched")
    }
    lastSubscription += 1
    let subscription = EventSubscription(
      id: lastSubscription, client: call.client, kinds: accepted, server: version,
      queueSize: eventQueueSize)
    subscriptions[subscription.id] = subscription
    return .events(subscription)
  }

  func forget(_ subscription: EventSubscription) {
    subscriptions[subscription.id] = nil
  }

  func endSubscriptions(_ error: CallError?) {
    for subscription in subscriptions.values { subscription.end(error) }
    subscriptions = [:]
  }
}
