import Documents
import Kubernetes
import Testing

@Suite("kube-apiserver contract: deletion")
struct DeletionContract {
  private static let finalizer = "contract.test/hold"

  @Test("without finalizers an object is gone at once", arguments: KubernetesTarget.all)
  func plain(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      _ = try await client.create(widgets, session.widget("one"))
      guard case .gone = try await client.delete(widgets, key) else {
        Issue.record("the object is still there")
        return
      }
      let again = await #expect(throws: KubernetesError.self) {
        try await client.delete(widgets, key)
      }
      #expect(again?.code == .notFound)
    }
  }

  @Test("finalizers hold an object back until the last is removed", arguments: KubernetesTarget.all)
  func finalizers(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      let created = try await client.create(
        widgets, session.widget("one", finalizers: [Self.finalizer]))
      guard case .terminating(let marked) = try await client.delete(widgets, key) else {
        Issue.record("the object is not held back")
        return
      }
      #expect(marked.metadata.deletionTimestamp?.hasSuffix("Z") == true)
      #expect(marked.metadata.uid == created.metadata.uid)
      // Asking for deletion is a change of what is wanted, so it counts.
      #expect(marked.metadata.generation == created.metadata.generation + 1)
      guard case .terminating(let twice) = try await client.delete(widgets, key) else {
        Issue.record("a second deletion ends it")
        return
      }
      #expect(twice.metadata.deletionTimestamp == marked.metadata.deletionTimestamp)
      let judged = try await client.mergePatch(
        widgets, key, ["status": ["phase": "leaving"]], subresource: "status")
      #expect(judged.status == ["phase": "leaving"])
      let patch = try #require(FinalizerPatch.removing(Self.finalizer, from: judged.metadata))
      let last = try await client.jsonPatch(widgets, key, patch)
      #expect(last.metadata.finalizers == [])
      let gone = await #expect(throws: KubernetesError.self) {
        try await client.get(widgets, key)
      }
      #expect(gone?.code == .notFound)
    }
  }

  @Test("an object that is going takes no new finalizer", arguments: KubernetesTarget.all)
  func newFinalizer(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      _ = try await client.create(widgets, session.widget("one", finalizers: [Self.finalizer]))
      guard case .terminating(let marked) = try await client.delete(widgets, key) else {
        Issue.record("the object is not held back")
        return
      }
      let patch = try #require(FinalizerPatch.adding("contract.test/more", to: marked.metadata))
      let error = await #expect(throws: KubernetesError.self) {
        try await client.jsonPatch(widgets, key, patch)
      }
      #expect(error?.code == .invalid)
      // Real servers say it twice.
      #expect(Set(error?.causes.map(\.field) ?? []) == ["metadata.finalizers"])
    }
  }

  @Test("an object that is going can still be changed", arguments: KubernetesTarget.all)
  func changedWhileGoing(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      _ = try await client.create(widgets, session.widget("one", finalizers: [Self.finalizer]))
      _ = try await client.delete(widgets, key)
      let changed = try await client.mergePatch(widgets, key, ["spec": ["title": "two"]])
      #expect(changed.spec == ["title": "two"])
      #expect(changed.metadata.isBeingDeleted)
    }
  }

  @Test("preconditions protect what has come in its place", arguments: KubernetesTarget.all)
  func preconditions(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      let first = try await client.create(widgets, session.widget("one"))
      try await client.delete(widgets, key)
      let second = try await client.create(widgets, session.widget("one"))
      #expect(second.metadata.uid != first.metadata.uid)
      for wrong in [
        DeletePreconditions(uid: first.metadata.uid),
        DeletePreconditions(resourceVersion: first.metadata.resourceVersion),
      ] {
        let error = await #expect(throws: KubernetesError.self) {
          try await client.delete(widgets, key, preconditions: wrong)
        }
        #expect(error?.code == .conflict)
      }
      try await client.delete(
        widgets, key,
        preconditions: DeletePreconditions(
          uid: second.metadata.uid, resourceVersion: second.metadata.resourceVersion))
    }
  }
}
