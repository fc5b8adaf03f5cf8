import Documents

/// Patches that touch one finalizer of an object and nothing else.
///
/// Guarantees: the patch applies to the very object that was seen (by UID) and fails, changing nothing, where
/// another client has changed the finalizers meanwhile. Other changes of the object are no obstacle.
public enum FinalizerPatch {
  private static let path = ["metadata", "finalizers"]

  /// Adds the finalizer; nil where the object has it.
  public static func adding(_ finalizer: String, to metadata: ObjectMeta) -> JSONPatch? {
    guard !metadata.finalizers.contains(finalizer) else { return nil }
    guard !metadata.finalizers.isEmpty else {
      return sameObject(metadata).test(path, is: .null).add(path, [.string(finalizer)])
    }
    return sameObject(metadata)
      .test(path, is: .array(metadata.finalizers.map { .string($0) }))
      .add(path + ["-"], .string(finalizer))
  }

  /// Removes the finalizer; nil where the object does not have it.
  public static func removing(_ finalizer: String, from metadata: ObjectMeta) -> JSONPatch? {
    guard let index = metadata.finalizers.firstIndex(of: finalizer) else { return nil }
    let place = path + [String(index)]
    return sameObject(metadata).test(place, is: .string(finalizer)).remove(place)
  }

  private static func sameObject(_ metadata: ObjectMeta) -> JSONPatch {
    JSONPatch().test(["metadata", "uid"], is: .string(metadata.uid))
  }
}
