import Documents
import Kubernetes
import Testing

@Suite("kube-apiserver contract: patches")
struct PatchContract {
  @Test(
    "a merge patch removes with null, merges objects and replaces lists",
    arguments: KubernetesTarget.all)
  func merge(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let spec: JSONValue = [
        "title": "one", "size": 1, "tags": ["a", "b"], "parts": ["left": "l", "right": "r"],
      ]
      _ = try await session.client.create(session.widgets, session.widget("one", spec))
      let patch: JSONValue = ["spec": ["size": .null, "tags": ["c"], "parts": ["left": .null]]]
      let patched = try await session.client.mergePatch(
        session.widgets, session.key("one"), patch)
      #expect(patched.spec == ["title": "one", "tags": ["c"], "parts": ["right": "r"]])
    }
  }

  @Test(
    "a merge patch with another resource version is a conflict", arguments: KubernetesTarget.all)
  func mergeVersion(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      let first = try await client.create(widgets, session.widget("one"))
      _ = try await client.mergePatch(widgets, key, ["spec": ["title": "two"]])
      let stale: JSONValue = [
        "metadata": ["resourceVersion": .string(first.metadata.resourceVersion)],
        "spec": ["title": "three"],
      ]
      let error = await #expect(throws: KubernetesError.self) {
        try await client.mergePatch(widgets, key, stale)
      }
      #expect(error?.code == .conflict)
    }
  }

  @Test(
    "a JSON patch is done whole or, where a test fails, not at all", arguments: KubernetesTarget.all
  )
  func jsonPatch(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      _ = try await client.create(widgets, session.widget("one", ["title": "one", "size": 1]))
      let good = JSONPatch().test(["spec", "title"], is: "one").replace(
        ["spec", "title"], with: "two"
      ).remove(["spec", "size"]).add(["spec", "tags"], ["a"])
      let patched = try await client.jsonPatch(widgets, key, good)
      #expect(patched.spec == ["title": "two", "tags": ["a"]])
      let bad = JSONPatch().replace(["spec", "title"], with: "three").test(
        ["spec", "tags"], is: ["b"])
      let error = await #expect(throws: KubernetesError.self) {
        try await client.jsonPatch(widgets, key, bad)
      }
      #expect(error?.httpStatus == 422)
      #expect(error?.code == .conflict)
      #expect(try await client.get(widgets, key) == patched)
    }
  }

  @Test(
    "a JSON patch that breaks the schema is invalid, not a conflict",
    arguments: KubernetesTarget.all)
  func jsonPatchInvalid(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      _ = try await client.create(widgets, session.widget("one"))
      let error = await #expect(throws: KubernetesError.self) {
        try await client.jsonPatch(
          widgets, key, JSONPatch().add(["spec", "size"], "three"))
      }
      #expect(error?.code == .invalid)
    }
  }

  @Test("a finalizer is added and removed beside those of others", arguments: KubernetesTarget.all)
  func finalizers(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      let ours = "contract.test/ours"
      let theirs = "contract.test/theirs"
      let created = try await client.create(widgets, session.widget("one"))
      let add = try #require(FinalizerPatch.adding(ours, to: created.metadata))
      let marked = try await client.jsonPatch(widgets, key, add)
      #expect(marked.metadata.finalizers == [ours])
      // A change of something else meanwhile is no obstacle, one of the finalizers is.
      _ = try await client.mergePatch(widgets, key, ["spec": ["title": "two"]])
      let addTheirs = try #require(FinalizerPatch.adding(theirs, to: marked.metadata))
      let both = try await client.jsonPatch(widgets, key, addTheirs)
      #expect(both.metadata.finalizers == [ours, theirs])
      let again = await #expect(throws: KubernetesError.self) {
        try await client.jsonPatch(widgets, key, addTheirs)
      }
      #expect(again?.code == .conflict)
      let remove = try #require(FinalizerPatch.removing(ours, from: marked.metadata))
      let left = try await client.jsonPatch(widgets, key, remove)
      #expect(left.metadata.finalizers == [theirs])
      let stale = await #expect(throws: KubernetesError.self) {
        try await client.jsonPatch(widgets, key, remove)
      }
      #expect(stale?.code == .conflict)
    }
  }

  @Test("patches of an object that is missing", arguments: KubernetesTarget.all)
  func missing(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("none"))
      let merge = await #expect(throws: KubernetesError.self) {
        try await client.mergePatch(widgets, key, ["status": ["a": "b"]], subresource: "status")
      }
      #expect(merge?.code == .notFound)
      let json = await #expect(throws: KubernetesError.self) {
        try await client.jsonPatch(widgets, key, JSONPatch().remove(["spec", "title"]))
      }
      #expect(json?.code == .notFound)
    }
  }

  @Test("an unknown form of patch is an unsupported media type", arguments: KubernetesTarget.all)
  func mediaType(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      _ = try await session.client.create(session.widgets, session.widget("one"))
      let path = "/apis/\(session.group)/v1/namespaces/\(session.namespace)/widgets/one"
      let error = await #expect(throws: KubernetesError.self) {
        try await session.client.call(
          APIRequest(
            .patch, path, contentType: "application/apply-patch+json", body: .init("{}".utf8)))
      }
      #expect(error?.code == .unsupportedMediaType)
    }
  }
}
