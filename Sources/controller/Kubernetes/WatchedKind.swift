import Kubernetes
import TeleportSchema

/// A Kubernetes kind that is watched, and the Teleport resource that it declares.
struct WatchedKind: Hashable, Sendable {
  let schema: ResourceSchema
  let customResource: CustomResourceSchema

  static let all: [WatchedKind] = ResourceSchema.standard.flatMap { schema in
    schema.customResources.map { WatchedKind(schema: schema, customResource: $0) }
  }

  static let teleportKinds = ResourceSchema.standard.filter { !$0.customResources.isEmpty }

  /// The resource in its stored version, which is the one that is watched.
  var resource: GroupVersionResource {
    GroupVersionResource(
      group: CustomResourceSchema.group, version: customResource.storedVersion.name,
      resource: customResource.plural)
  }

  func key(_ object: KubernetesObject) -> WorkKey {
    WorkKey(
      kind: customResource.kind, namespace: object.metadata.namespace, name: object.metadata.name)
  }

  static func == (left: WatchedKind, right: WatchedKind) -> Bool {
    left.customResource == right.customResource
  }

  func hash(into hasher: inout Hasher) { hasher.combine(customResource) }
}
