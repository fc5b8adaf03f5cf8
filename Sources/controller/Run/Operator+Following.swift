import Kubernetes
import Operations
import TeleportClient

/// What tells the queue that there is work.
extension Operator {
  func followTeleport() async {
    let changed = { @Sendable (kind: String, name: String?) in
      for watched in WatchedKind.all where watched.schema.kind == kind {
        // All of a kind: Teleport can be reached again.
        if name == nil { retries.endWaits(ofKind: watched.customResource.kind) }
        queue.add(resources.keys(of: watched, named: name), lane: name == nil ? .resync : .fresh)
      }
    }
    let feed = MirrorFeed(
      mirror: mirror, kinds: WatchedKind.teleportKinds, log: log,
      answered: { [link] in await link.note($0) },
      serverChanged: { [link] in await link.connectAnew() }, changed: changed)
    await link.run { await feed.run(on: $0) }
  }

  /// - Parameter namespace: nil for all.
  func follow(_ kind: WatchedKind, in namespace: String?) async {
    let name = kind.customResource.kind
    let place = namespace ?? "all namespaces"
    let reflector = Reflector(
      client, kind.resource, namespace: namespace,
      selector: ObjectSelector(labels: settings.scope.selector.description)
    ) { state in
      resources.note(state, of: kind, in: namespace)
      access.note(state)
      log.record(
        "watch \(name) in \(place)", "\(state)", state.isRoutine ? .debug : .notice,
        "\(state.sentence)", metadata: ["kind": "\(name)", "namespace": "\(place)"])
      switch troubles.note("\(name) in \(place)", isTroubled: state.isTrouble) {
      case .began: logger.notice("\(state.sentence)", metadata: ["kind": "\(name)"])
      case .ended: logger.notice("Kubernetes answers all watches again")
      case nil: break
      }
    }
    try? await reflector.run { event in
      var lane = Lane.fresh
      if case .page = event { lane = .resync }
      queue.add(resources.apply(event, of: kind, in: namespace), lane: lane)
      if case .deleted(let object) = event { queue.add(rivals(object.name, kind), lane: .fresh) }
    }
  }

  /// Everything is looked at once in a while, whether or not something was heard of it.
  func resync() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: settings.syncPeriod)
      if Task.isCancelled { return }
      resyncNow()
    }
  }

  func resyncNow() {
    for kind in WatchedKind.all { queue.add(resources.keys(of: kind), lane: .resync) }
  }

  /// Lets go of the memory that holds code for what has been done, once there is nothing more to do.
  func letGoWhenIdle() async {
    var hasLetGo = false
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(5))
      let isIdle = self.isIdle
      if isIdle, !hasLetGo { ResidentCode.release() }
      hasLetGo = isIdle
    }
  }

  /// Others that declare the same resource in Teleport, which they may have now.
  private func rivals(_ name: String, _ kind: WatchedKind) -> [WorkKey] {
    WatchedKind.all.filter { $0.schema.kind == kind.schema.kind }.flatMap {
      resources.keys(of: $0, named: name)
    }
  }
}

extension ReflectorState {
  /// Whether Kubernetes does not answer, which is told of all watches together.
  fileprivate var isTrouble: Bool {
    if case .retrying = self { true } else { false }
  }

  fileprivate var isRoutine: Bool { self == .live || isTrouble }

  fileprivate var sentence: String {
    switch self {
    case .starting: "listing"
    case .live: "watching"
    case .retrying(let code): "Kubernetes cannot be asked (\(code.rawValue)), trying again"
    case .notServed: "the CRD is not installed; it is picked up when it is"
    case .forbidden: "the service account may not list and watch this kind"
    }
  }
}
