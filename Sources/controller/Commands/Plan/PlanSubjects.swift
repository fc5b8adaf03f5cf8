import Documents
import Kubernetes
import TeleportSchema

/// A custom resource to be planned, or what there is to say without.
enum PlanSubject {
  case object(KubernetesObject, WatchedKind)
  case settled(PlannedResource)

  /// A manifest, as it will stand in Kubernetes once it is applied.
  ///
  /// - Parameter resources: nil: Kubernetes cannot be asked; then the custom resource is taken to be there.
  init(
    _ manifest: Manifest, _ settings: RunSettings, _ resources: CustomResources?
  ) async throws {
    let document = manifest.document
    let name = document[["metadata", "name"]]?.string ?? ""
    let place = document[["metadata", "namespace"]]?.string ?? settings.namespace
    let kindName = document["kind"]?.string ?? ""
    let object: KubernetesObject
    let kind: WatchedKind
    do {
      // Kinds and versions are as strict here as `validate`; the spec is the planner's to judge.
      var header = document
      header["spec"] = [:]
      _ = try DeclaredResource(manifest: header)
      guard let found = WatchedKind.all.first(where: { $0.customResource.kind == kindName }) else {
        throw SchemaError([SchemaIssue(.unsupportedKind, at: "kind", "is not watched")])
      }
      kind = found
      object = try KubernetesObject(document)
    } catch {
      self = .settled(
        PlannedResource(kind: kindName, namespace: place, name: name, invalid: "\(error)"))
      return
    }
    guard settings.scope.contains(namespace: place) else {
      self = .settled(PlannedResource(kind: kindName, outside: place, name: name))
      return
    }
    let key = WorkKey(kind: kindName, namespace: place, name: name)
    let existing = try await resources?.object(key, kind)
    var applied = AppliedManifest.object(object, over: existing, namespace: place)
    if resources == nil { applied.metadata.finalizers = [OperatorName.finalizer] }
    self = .object(applied, kind)
  }
}
