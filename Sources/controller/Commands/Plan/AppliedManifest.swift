import Documents
import FoundationEssentials
import Kubernetes

/// What a custom resource will be once its manifest has been applied.
enum AppliedManifest {
  private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  /// The manifest laid over what Kubernetes holds, as `kubectl apply` lays it: labels, annotations and fields of the
  /// spec that were applied before and are not in the manifest any more go, those of others stay.
  ///
  /// Where nothing was applied by `kubectl apply`, the manifest's spec is the whole spec: so it comes out of a
  /// server-side apply by the manager that owns it, and of `kubectl replace`.
  ///
  /// - Parameter existing: nil: Kubernetes does not have it, or cannot be asked.
  static func object(
    _ manifest: KubernetesObject, over existing: KubernetesObject?, namespace: String
  ) -> KubernetesObject {
    guard let existing else {
      var object = manifest
      object.metadata.namespace = manifest.metadata.namespace ?? namespace
      object.metadata.declaredAPIVersion = manifest.apiVersion
      object.status = .null
      return object
    }
    let before = existing.metadata.annotations[lastApplied].flatMap {
      try? JSONValue(json: Data($0.utf8))
    }
    func merged(_ field: String, _ new: [String: String], _ live: [String: String])
      -> [String: String]
    {
      let applied = before?[["metadata", field]]?.object ?? [:]
      return live.filter { applied[$0.key] == nil }.merging(new) { $1 }
    }
    var object = existing
    object.apiVersion = manifest.apiVersion
    object.metadata.declaredAPIVersion = manifest.apiVersion
    object.metadata.labels = merged(
      "labels", manifest.metadata.labels, existing.metadata.labels)
    object.metadata.annotations = merged(
      "annotations", manifest.metadata.annotations, existing.metadata.annotations)
    let old = before.map { $0["spec"] ?? .null }
    object.spec = old.map { spec(manifest.spec, before: $0, live: existing.spec) } ?? manifest.spec
    if object.spec != existing.spec { object.metadata.generation += 1 }
    return object
  }

  private static func spec(_ new: JSONValue, before: JSONValue, live: JSONValue) -> JSONValue {
    guard let members = new.object, let kept = live.object else { return new }
    let applied = before.object ?? [:]
    var result = kept.filter { applied[$0.key] == nil }
    for (name, value) in members {
      let old = kept[name] ?? .null
      result[name] = value.isNull ? nil : spec(value, before: applied[name] ?? .null, live: old)
    }
    return .object(result)
  }
}
