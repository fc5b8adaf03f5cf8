import Documents
import Kubernetes
import Testing

@Suite("kube-apiserver contract: server-side apply")
struct ApplyContract {
  @Test(
    "apply creates, changes, and removes what it no longer names", arguments: KubernetesTarget.all)
  func apply(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets) = (session.client, session.widgets)
      let first = session.widget("one", ["title": "one", "size": 1]).document
      let created = try await client.apply(widgets, first, manager: "a")
      #expect(created.metadata.generation == 1)
      let same = try await client.apply(widgets, first, manager: "a")
      #expect(same.metadata.resourceVersion == created.metadata.resourceVersion)
      let second = session.widget("one", ["title": "two"]).document
      let changed = try await client.apply(widgets, second, manager: "a")
      #expect(changed.spec == ["title": "two"])
    }
  }

  @Test("a field of another manager is a conflict, unless forced", arguments: KubernetesTarget.all)
  func conflict(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets) = (session.client, session.widgets)
      _ = try await client.apply(
        widgets, session.widget("one", ["title": "a", "size": 1]).document, manager: "a")
      let other = session.widget("one", ["title": "b"]).document
      let error = await #expect(throws: KubernetesError.self) {
        try await client.apply(widgets, other, manager: "b")
      }
      #expect(error?.code == .conflict)
      #expect(error?.causes.map(\.reason) == ["FieldManagerConflict"])
      #expect(error?.causes.map(\.field) == [".spec.title"])
      let forced = try await client.apply(widgets, other, manager: "b", force: true)
      #expect(forced.spec == ["title": "b", "size": 1])
    }
  }

  @Test("status can be applied by itself", arguments: KubernetesTarget.all)
  func status(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets) = (session.client, session.widgets)
      _ = try await client.create(widgets, session.widget("one"))
      var judged = session.widget("one", .null)
      judged.status = ["phase": "ok"]
      let applied = try await client.apply(
        widgets, judged.document, manager: "a", subresource: "status")
      #expect(applied.status == ["phase": "ok"])
      #expect(applied.spec == ["title": "one"])
    }
  }

  @Test(
    "an applied value of a wrong type is refused and not retryable", arguments: KubernetesTarget.all
  )
  func wrongType(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let error = await #expect(throws: KubernetesError.self) {
        try await session.client.apply(
          session.widgets, session.widget("one", ["size": "three"]).document, manager: "a")
      }
      // The server calls its own failure what is the caller's: a type error of the merge is a 500.
      #expect(error?.httpStatus == 500)
      #expect(error?.isRetryable == false)
    }
  }
}
