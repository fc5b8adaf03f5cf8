import Documents
import Kubernetes
import TeleportSchema

@testable import controller

extension WatchedKind {
  /// The row of a custom resource kind; tests name only kinds that exist.
  static func named(_ kind: String) throws -> WatchedKind {
    guard let found = all.first(where: { $0.customResource.kind == kind }) else {
      throw NotInTime(description: "no kind \(kind)")
    }
    return found
  }
}

/// A manifest, as somebody applies it.
func manifest(
  _ kind: String, _ name: String, version: String? = nil, labels: JSONValue = [:],
  annotations: JSONValue = [:], spec: JSONValue
) -> JSONValue {
  let versions = ["TeleportRole": "v5", "TeleportUser": "v2", "TeleportGithubConnector": "v3"]
  return [
    "apiVersion": .string("resources.teleport.dev/" + (version ?? versions[kind] ?? "v1")),
    "kind": .string(kind),
    "metadata": ["name": .string(name), "labels": labels, "annotations": annotations],
    "spec": spec,
  ]
}

extension KubernetesObject {
  /// A custom resource as the API server hands it out.
  static func custom(
    _ kind: String, _ name: String, version: String? = nil, uid: String = "uid-1",
    resourceVersion: String = "1", generation: Int64 = 1, isBeingDeleted: Bool = false,
    finalizers: [String] = [], annotations: [String: String] = [:], spec: JSONValue = [:],
    status: JSONValue = .null
  ) throws -> KubernetesObject {
    var object = try KubernetesObject(
      manifest(kind, name, version: version, spec: spec))
    object.metadata.namespace = "default"
    object.metadata.uid = uid
    object.metadata.resourceVersion = resourceVersion
    object.metadata.generation = generation
    object.metadata.deletionTimestamp = isBeingDeleted ? "2030-01-01T00:00:00Z" : nil
    object.metadata.finalizers = finalizers
    object.metadata.annotations = annotations
    object.status = status
    return object
  }
}

/// A Teleport resource on the wire.
func wire(
  _ kind: String, _ name: String, version: String, labels: JSONValue = [:],
  revision: String? = nil, spec: JSONValue
) throws -> [UInt8] {
  guard let schema = ResourceSchema.named(kind) else {
    throw NotInTime(description: "no schema \(kind)")
  }
  var metadata: JSONValue = ["name": .string(name), "labels": labels]
  metadata["revision"] = revision.map { .string($0) }
  return try schema.encode([
    "kind": .string(kind), "version": .string(version), "metadata": metadata, "spec": spec,
  ])
}
