import Kubernetes

extension ResourceMirror {
  /// Whether a custom resource exists; nil where this cannot be told.
  func exists(_ key: WorkKey) -> Bool? {
    guard let kind = WatchedKind.all.first(where: { $0.customResource.kind == key.kind }) else {
      return nil
    }
    if object(key) != nil { return true }
    // A namespace of which nothing is known may not be watched.
    let isWatched = keys(of: kind).contains { $0.namespace == key.namespace }
    return isWatched ? false : nil
  }

  func count(of kind: WatchedKind) -> Int { keys(of: kind).count }

  /// Deletions that would delete in Teleport, too, and that nobody has confirmed.
  func unconfirmedDeletions(of kind: WatchedKind) -> Int {
    keys(of: kind).compactMap { object($0)?.metadata }.filter(\.isUnconfirmedDeletion).count
  }
}

extension ObjectMeta {
  var isUnconfirmedDeletion: Bool {
    isBeingDeleted && finalizers.contains(OperatorName.finalizer)
      && ![
        OperatorName.ignoreAnnotation, OperatorName.keepAnnotation, OperatorName.orphanAnnotation,
        OperatorName.planAnnotation, OperatorName.confirmDeletionAnnotation,
      ].contains(where: isTrue)
  }
}
