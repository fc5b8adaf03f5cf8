import Kubernetes
import TeleportClient
import TeleportSchema

/// Observes custom resources once and plans for each what `controller run` would do. Writes nothing.
struct Planning {
  let settings: RunSettings
  /// See `Owner.cluster`.
  let cluster: String?
  let server: ServerInfo
  var live: LiveResources
  /// Nil: Kubernetes cannot be asked.
  let resources: CustomResources?
  /// Nil: references to Secrets stay what they are.
  let secrets: SecretResolver?

  func plan(
    _ object: KubernetesObject, _ kind: WatchedKind
  ) async throws -> PlannedResource {
    var object = object
    // The plan is what is asked for here; the status is not.
    object.metadata.annotations[OperatorName.planAnnotation] = nil
    do {
      let bytes = try await live.read(object.metadata.name, kind.schema)
      let observation = try await observation(object, kind, bytes)
      return try PlannedResource(try Planner.plan(observation), observation)
    } catch let error as TeleportError {
      let observation = try await observed(object, kind, nil)
      let plan = Planner.say(.failed(error, during: .reading), observation, retries: true)
      return try PlannedResource(plan, observation)
    }
  }

  private func observation(
    _ object: KubernetesObject, _ kind: WatchedKind, _ bytes: [UInt8]?
  ) async throws -> Observation {
    let resource = try bytes.map { (bytes) throws(WireError) in
      try LiveResource(bytes, kind.schema)
    }
    var observation = try await observed(object, kind, resource?.facts)
    observation.live = resource.map { .read($0, bytes ?? []) } ?? .absent
    if let claimant = resource.flatMap({ Owner(labels: $0.facts.labels) }) {
      observation.claimantExists = try await resources?.exists(claimant.key)
    }
    if object.metadata.isBeingDeleted {
      observation.brake = try await resources?.stop(settings.deletionBrake, kind)
    }
    return observation
  }

  private func observed(
    _ object: KubernetesObject, _ kind: WatchedKind, _ live: ResourceFacts?
  ) async throws -> Observation {
    let owner = Self.owner(of: object, cluster: cluster, live)
    return Observation(
      object: object, schema: kind.schema, owner: owner,
      declaration: try await declaration(of: object, kind, owner), serverMajor: server.major,
      isUnlicensed: !server.isEntitled(to: kind.schema), defaults: settings.policy)
  }

  private func declaration(
    of object: KubernetesObject, _ kind: WatchedKind, _ owner: Owner
  ) async throws -> Result<Declaration, DeclarationError> {
    if let secrets {
      return try await secrets.declaration(of: object, kind.schema, owner: owner)
    }
    do throws(DeclarationError) {
      return .success(try Declaration(object, owner: owner))
    } catch { return .failure(error) }
  }

  /// How the controller signs for this custom resource. What cannot be known here, because the custom resource has still
  /// to be made or the cluster's identity may not be read, is taken to be as Teleport has it: it is no difference.
  static func owner(
    of object: KubernetesObject, cluster: String?, _ live: ResourceFacts?
  ) -> Owner {
    let me = Owner(object, cluster: cluster)
    var signed = live.flatMap { Owner(labels: $0.labels) }
    if signed?.isSameResource(as: me) != true { signed = nil }
    var labels = me.labels
    if object.metadata.uid.isEmpty { labels[Owner.uidLabel] = signed?.uid }
    labels[Owner.clusterLabel] = cluster ?? signed?.cluster
    return Owner(labels: labels) ?? me
  }
}
