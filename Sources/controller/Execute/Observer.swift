import Kubernetes
import TeleportClient
import TeleportSchema

/// Gathers what a decision about one custom resource depends on.
struct Observer: Sendable {
  let mirror: TeleportMirror
  let resources: ResourceMirror
  let unverified: UnverifiedWrites
  let late: LateReads
  let deletions: RecentDeletions
  let secrets: SecretResolver
  let settings: Settings

  struct Settings: Sendable {
    var policy = ResourcePolicy.Defaults()
    /// Nil: deletions are never held.
    var brake: DeletionBrake? = DeletionBrake()
    /// See `Owner.cluster`.
    var cluster: String?
  }

  /// - Parameter server: nil while Teleport cannot be asked.
  /// - Throws: `CancellationError`.
  func observe(
    _ object: KubernetesObject, _ kind: WatchedKind, server: ServerInfo?, failures: Int
  ) async throws -> Observation {
    let owner = Owner(object, cluster: settings.cluster)
    let declaration = try await secrets.declaration(of: object, kind.schema, owner: owner)
    var observation = Observation(
      object: object, schema: kind.schema, owner: owner, declaration: declaration,
      serverMajor: server?.major, unverifiedWrite: unverified.write(kind.key(object)),
      defaults: settings.policy, failures: failures)
    observation.isUnlicensed = server?.isEntitled(to: kind.schema) == false
    if object.metadata.isBeingDeleted { observation.brake = stop(kind) }
    // No event will tell what came of the write, and the next list is a minute away.
    let isUntold = observation.unverifiedWrite != nil && kind.schema.eventField == nil
    switch mirror.entry(kind: kind.schema.kind, name: object.metadata.name) {
    case .unknown: break
    case _ where isUntold: break
    case .absent: observation.live = .absent
    case .present(let live):
      // A read could still show what was before.
      let written = mirror.ownWrite(kind: kind.schema.kind, name: object.metadata.name)
      take(written.map { .read(live, $0) } ?? .known(live), into: &observation)
    }
    return observation
  }

  /// Takes in what was read.
  ///
  /// - Returns: nil where events have told of something newer than was read; it shows in a moment.
  func adding(
    read bytes: [UInt8]?, to observation: Observation
  ) throws(WireError) -> Observation? {
    let kind = observation.schema.kind
    let live = try bytes.map { (bytes) throws(WireError) in
      try LiveResource(bytes, observation.schema)
    }
    if case .present(let known) = mirror.entry(kind: kind, name: observation.name),
      known.hash != live?.hash, observation.unverifiedWrite == nil,
      late.isWorthWaiting(kind: kind, name: observation.name)
    {
      return nil
    }
    late.caughtUp(kind: kind, name: observation.name)
    var observation = observation
    guard let live, let bytes else {
      observation.live = .absent
      return observation
    }
    take(.read(live, bytes), into: &observation)
    return observation
  }

  private func take(_ live: Observation.Live, into observation: inout Observation) {
    observation.live = live
    let owner = live.resource.flatMap { Owner(labels: $0.facts.labels) }
    observation.claimantExists = owner.flatMap { resources.exists($0.key) }
  }

  private func stop(_ kind: WatchedKind) -> DeletionBrake.Stop? {
    settings.brake?.stop(
      waiting: resources.unconfirmedDeletions(of: kind),
      recent: deletions.count(kind: kind.customResource.kind),
      total: resources.count(of: kind))
  }
}
