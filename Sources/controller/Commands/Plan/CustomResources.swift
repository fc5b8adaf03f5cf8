import Kubernetes

/// The custom resources that Kubernetes holds, each asked for once.
actor CustomResources {
  private let client: KubernetesClient
  private let scope: NamespaceScope
  private var known: [WorkKey: KubernetesObject?] = [:]
  private var lists: [String: [KubernetesObject]] = [:]

  init(_ client: KubernetesClient, _ scope: NamespaceScope) {
    self.client = client
    self.scope = scope
  }

  /// All of a kind that the controller looks after, ordered by namespace and name; none where its CRD is not installed.
  func all(_ kind: WatchedKind) async throws -> [KubernetesObject] {
    if let list = lists[kind.customResource.kind] { return list }
    var list: [KubernetesObject] = []
    do {
      for namespace in scope.reflected {
        list += try await client.list(
          kind.resource, namespace: namespace,
          selector: ObjectSelector(labels: scope.selector.description)
        ).items
      }
    } catch let error as KubernetesError where error.code == .notServed {}
    list.sort { $0.key < $1.key }
    for object in list { known[kind.key(object)] = object }
    lists[kind.customResource.kind] = list
    return list
  }

  func object(_ key: WorkKey, _ kind: WatchedKind) async throws -> KubernetesObject? {
    if let object = known[key] { return object }
    var object: KubernetesObject?
    do {
      object = try await client.get(
        kind.resource, ObjectKey(key.name, namespace: key.namespace))
    } catch let error as KubernetesError where [.notFound, .notServed].contains(error.code) {}
    known[key] = .some(object)
    return object
  }

  /// Whether a custom resource exists; nil where the controller could not tell either, as it does not watch there.
  func exists(_ key: WorkKey) async throws -> Bool? {
    guard scope.contains(namespace: key.namespace),
      let kind = WatchedKind.all.first(where: { $0.customResource.kind == key.kind })
    else { return nil }
    guard scope.selector == .all else {
      // One that is not selected may still be there; the controller does not see it.
      return try await all(kind).contains { kind.key($0) == key } ? true : nil
    }
    return try await object(key, kind) != nil
  }

  /// Why deletions of this kind are held back, as far as what is in Kubernetes tells: deletions of the last minute are
  /// known to nobody but the controller that made them.
  func stop(_ brake: DeletionBrake?, _ kind: WatchedKind) async throws
    -> DeletionBrake.Stop?
  {
    guard let brake else { return nil }
    let objects = try await all(kind)
    let waiting = objects.filter(\.metadata.isUnconfirmedDeletion).count
    return brake.stop(waiting: waiting, recent: 0, total: objects.count)
  }
}

extension NamespaceScope {
  func contains(namespace: String?) -> Bool {
    names.map { names in namespace.map(names.contains) ?? false } ?? true
  }
}
