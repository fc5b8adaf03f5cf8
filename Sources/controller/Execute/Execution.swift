import Kubernetes
import TeleportClient
import TeleportSchema

/// Performs the effects of one plan, one at a time. Each can be repeated; none starts without the lease.
struct Execution: Sendable {
  let client: KubernetesClient
  let calls: ResourceCalls
  let mirror: TeleportMirror
  let resources: ResourceMirror
  let fence: LeaseFence
  let kind: WatchedKind
  let object: KubernetesObject

  private var schema: ResourceSchema { kind.schema }
  private var name: String { object.metadata.name }

  /// What Teleport holds: from the mirror where that is certain, else by asking.
  func live() async throws -> [UInt8]? {
    switch mirror.entry(kind: schema.kind, name: name) {
    case .present(let bytes): return bytes
    case .absent: return nil
    case .unknown: return try await calls.get(name, of: schema)
    }
  }

  /// - Returns: what Teleport said to the create or update, if there was one.
  func perform(_ plan: Plan) async throws -> ResourceCalls.Written? {
    var written: ResourceCalls.Written?
    for effect in plan.effects {
      try Task.checkCancellation()
      try fence.require(for: Reconciler.callTimeout)
      switch effect {
      case .addFinalizer:
        try await patch(FinalizerPatch.adding(OperatorName.finalizer, to: object.metadata))
      case .create(let bytes):
        written = try await write { try await calls.create(bytes, of: schema) }
      case .update(let bytes):
        written = try await write { try await calls.update(bytes, of: schema) }
      case .delete:
        try await delete()
      case .removeFinalizer:
        do {
          try await patch(FinalizerPatch.removing(OperatorName.finalizer, from: object.metadata))
        } catch let error as KubernetesError where error.code == .notFound {
          // Removed already: by us, before a reply was lost.
          continue
        }
      }
    }
    return written
  }

  private func write(
    _ call: () async throws -> ResourceCalls.Written
  ) async throws -> ResourceCalls.Written {
    mirror.willWrite(kind: schema.kind, name: name)
    defer { mirror.endWrite(kind: schema.kind, name: name) }
    let written = try await call()
    if case .resource(let bytes) = written {
      mirror.wrote(kind: schema.kind, name: name, bytes)
    }
    return written
  }

  private func delete() async throws {
    mirror.willWrite(kind: schema.kind, name: name)
    defer { mirror.endWrite(kind: schema.kind, name: name) }
    do {
      try await calls.delete(name, of: schema)
    } catch  where error.code == .notFound {
      // Already gone is what was wanted.
    }
    mirror.wrote(kind: schema.kind, name: name, nil)
  }

  private func patch(_ patch: JSONPatch?) async throws {
    guard let patch else { return }
    let patched = try await client.jsonPatch(
      kind.resource, object.key, patch, timeout: Reconciler.callTimeout)
    // An object without its last finalizer is gone.
    if !patched.metadata.isBeingDeleted { resources.record(patched, of: kind) }
  }
}
