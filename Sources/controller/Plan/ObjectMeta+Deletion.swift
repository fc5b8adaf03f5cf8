import Kubernetes

extension ObjectMeta {
  /// Whether it waits to be deleted in Teleport, too, and nobody has said that this is meant.
  var isUnconfirmedDeletion: Bool {
    isBeingDeleted && finalizers.contains(OperatorName.finalizer)
      && ![
        OperatorName.ignoreAnnotation, OperatorName.keepAnnotation, OperatorName.orphanAnnotation,
        OperatorName.planAnnotation, OperatorName.confirmDeletionAnnotation,
      ].contains(where: isTrue)
  }
}
