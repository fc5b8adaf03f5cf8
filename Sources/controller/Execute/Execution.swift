import Kubernetes
import TeleportClient
import TeleportSchema

/// Performs the effects of one plan, one at a time. Each can be repeated; none starts without the lease.
struct Execution: Sendable {
  let client: KubernetesClient
  /// Nil while there is no connection; then no plan has an effect on Teleport.
  let calls: ResourceCalls?
  let mirror: TeleportMirror
  let resources: ResourceMirror
  let fence: LeaseFence
  let kind: WatchedKind

  private var schema: ResourceSchema { kind.schema }

  struct Result: Sendable {
    /// The custom resource after the effects.
    var object: KubernetesObject
    /// What Teleport said to the create or update, if there was one.
    var written: ResourceCalls.Written?
  }

  func perform(_ plan: Plan, on object: KubernetesObject) async throws -> Result {
    var result = Result(object: object)
    for effect in plan.effects {
      try Task.checkCancellation()
      try fence.require(for: Reconciler.callTimeout)
      switch effect {
      case .addFinalizer:
        let patch = FinalizerPatch.adding(OperatorName.finalizer, to: result.object.metadata)
        result.object = try await self.patch(result.object, patch)
      case .create(let bytes):
        result.written = try await write(object.metadata.name) {
          try await $0.create(bytes, of: schema)
        }
      case .update(let bytes):
        result.written = try await write(object.metadata.name) {
          try await $0.update(bytes, of: schema)
        }
      case .delete:
        try await delete(object.metadata.name)
      case .removeFinalizer:
        let patch = FinalizerPatch.removing(OperatorName.finalizer, from: result.object.metadata)
        do {
          result.object = try await self.patch(result.object, patch)
        } catch let error as KubernetesError where error.code == .notFound {
          // Removed already: by us, before a reply was lost.
          continue
        }
      }
    }
    return result
  }

  private func write(
    _ name: String, _ call: (ResourceCalls) async throws -> ResourceCalls.Written
  ) async throws -> ResourceCalls.Written {
    let calls = try connected()
    mirror.willWrite(kind: schema.kind, name: name)
    defer { mirror.endWrite(kind: schema.kind, name: name) }
    let written = try await call(calls)
    if case .resource(let bytes) = written {
      mirror.wrote(
        kind: schema.kind, name: name, try LiveResource(bytes, schema), bytes: bytes)
    }
    return written
  }

  private func delete(_ name: String) async throws {
    let calls = try connected()
    mirror.willWrite(kind: schema.kind, name: name)
    defer { mirror.endWrite(kind: schema.kind, name: name) }
    do {
      try await calls.delete(name, of: schema)
    } catch  where error.code == .notFound {
      // Already gone is what was wanted.
    }
    mirror.wrote(kind: schema.kind, name: name, nil)
  }

  private func connected() throws(TeleportError) -> ResourceCalls {
    guard let calls else {
      throw TeleportError(.unreachable, operation: schema.kind, detail: "there is no connection")
    }
    return calls
  }

  private func patch(
    _ object: KubernetesObject, _ patch: JSONPatch?
  ) async throws -> KubernetesObject {
    guard let patch else { return object }
    let patched = try await client.jsonPatch(
      kind.resource, object.key, patch, timeout: Reconciler.callTimeout)
    // An object without its last finalizer is gone.
    if !patched.metadata.isBeingDeleted { resources.record(patched, of: kind) }
    return patched
  }
}
