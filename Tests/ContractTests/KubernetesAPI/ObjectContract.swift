import Documents
import Kubernetes
import Testing

@Suite("kube-apiserver contract: objects")
struct ObjectContract {
  @Test("an object is created once, with metadata by the server", arguments: KubernetesTarget.all)
  func create(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let widget = session.widget("one", ["title": "first", "size": 3])
      let created = try await session.client.create(session.widgets, widget)
      #expect(!created.metadata.uid.isEmpty)
      #expect(!created.metadata.resourceVersion.isEmpty)
      #expect(created.metadata.generation == 1)
      #expect(created.metadata.creationTimestamp?.hasSuffix("Z") == true)
      #expect(created.spec == ["title": "first", "size": 3])
      #expect(try await session.client.get(session.widgets, widget.key) == created)
      let again = await #expect(throws: KubernetesError.self) {
        try await session.client.create(session.widgets, widget)
      }
      #expect(again?.code == .alreadyExists)
      #expect(again?.httpStatus == 409)
    }
  }

  @Test("creating in a namespace that is missing fails", arguments: KubernetesTarget.all)
  func missingNamespace(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      var widget = session.widget("one")
      widget.metadata.namespace = "contract-none-such"
      let error = await #expect(throws: KubernetesError.self) {
        try await session.client.create(session.widgets, widget)
      }
      #expect(error?.code == .notFound)
    }
  }

  @Test(
    "a stale resource version is a conflict, a missing one is invalid",
    arguments: KubernetesTarget.all)
  func replace(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let client = session.client
      let first = try await client.create(session.widgets, session.widget("one"))
      let changed = {
        var widget = first
        widget.spec = ["title": "two"]
        return widget
      }()
      let second = try await client.replace(session.widgets, changed)
      #expect(second.metadata.resourceVersion != first.metadata.resourceVersion)
      #expect(second.metadata.uid == first.metadata.uid)
      let stale = await #expect(throws: KubernetesError.self) {
        try await client.replace(session.widgets, changed)
      }
      #expect(stale?.code == .conflict)
      let unnamed = await #expect(throws: KubernetesError.self) {
        try await client.replace(session.widgets, session.widget("one"))
      }
      #expect(unnamed?.code == .invalid)
    }
  }

  @Test(
    "generation counts changes of the spec, and of nothing else", arguments: KubernetesTarget.all)
  func generation(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      _ = try await client.create(widgets, session.widget("one"))
      let labelled = try await client.mergePatch(
        widgets, key, ["metadata": ["labels": ["a": "b"]]])
      #expect(labelled.metadata.generation == 1)
      let judged = try await client.mergePatch(
        widgets, key, ["status": ["phase": "ok"]], subresource: "status")
      #expect(judged.metadata.generation == 1)
      #expect(judged.metadata.resourceVersion != labelled.metadata.resourceVersion)
      let changed = try await client.mergePatch(widgets, key, ["spec": ["title": "two"]])
      #expect(changed.metadata.generation == 2)
    }
  }

  @Test("status and the rest are written apart", arguments: KubernetesTarget.all)
  func status(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      var widget = session.widget("one")
      widget.status = ["phase": "early"]
      let created = try await client.create(widgets, widget)
      #expect(created.status == .null)
      let both: JSONValue = [
        "spec": ["title": "two"], "status": ["phase": "ok"], "metadata": ["labels": ["a": "b"]],
      ]
      let judged = try await client.mergePatch(widgets, key, both, subresource: "status")
      #expect(judged.status == ["phase": "ok"])
      #expect(judged.spec == ["title": "one"])
      let changed = try await client.mergePatch(
        widgets, key, ["spec": ["title": "two"], "status": ["phase": "lost"]])
      #expect(changed.status == ["phase": "ok"])
      #expect(changed.spec == ["title": "two"])
    }
  }

  @Test("a patch that changes nothing leaves the resource version", arguments: KubernetesTarget.all)
  func noChange(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      let created = try await client.create(widgets, session.widget("one"))
      let same = try await client.mergePatch(widgets, key, ["spec": ["title": "one"]])
      #expect(same.metadata.resourceVersion == created.metadata.resourceVersion)
    }
  }
}
