import Documents
import Testing

@testable import KubernetesSandbox

/// The rules of create, replace, patch and delete.
@Suite struct KubernetesAPIWriteTests {
  @Test func creationFillsInWhatTheServerKeeps() async throws {
    let storage = try await Widgets.storage()
    var given = Widgets.widget(metadata: ["generation": 7, "uid": "mine"])
    given["status"] = ["observedGeneration": 3]
    let object = try await storage.widget("a", .create(given)).object
    #expect(object[["metadata", "generation"]] == 1)
    #expect(object[["metadata", "namespace"]] == "default")
    #expect(object[["metadata", "creationTimestamp"]] == "2023-11-14T22:13:20Z")
    #expect(object[["metadata", "uid"]]?.string?.count == 36)
    #expect(object["status"] == nil)
    #expect(object[["spec", "colour"]] == "red")
  }

  @Test func generationCountsSpecChangesOnly() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a")
    func generation(_ patch: JSONValue, status: Bool = false) async throws -> JSONValue? {
      try await storage.widget("a", .mergePatch(patch), status: status).object[
        ["metadata", "generation"]]
    }
    #expect(try await generation(["metadata": ["labels": ["x": "y"]]]) == 1)
    #expect(try await generation(["status": ["observedGeneration": 1]], status: true) == 1)
    #expect(try await generation(["spec": ["size": 4]]) == 2)
    #expect(try await generation(["spec": ["size": 4]]) == 2)
  }

  @Test func anUpdateWithoutChangeHasNoRevision() async throws {
    let storage = try await Widgets.storage()
    let object = try await storage.create("a")
    let revision = await storage.revision
    let outcome = try await storage.widget("a", .replace(object))
    #expect(outcome.object == object)
    #expect(await storage.revision == revision)
  }

  @Test func statusAndSpecAreWrittenApart() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a")
    let main = try await storage.widget(
      "a", .mergePatch(["spec": ["size": 5], "status": ["observedGeneration": 9]])
    ).object
    #expect(main["status"] == nil)
    let status = try await storage.widget(
      "a",
      .mergePatch([
        "spec": ["size": 6], "status": ["observedGeneration": 2],
        "metadata": ["labels": ["a": "b"], "finalizers": ["x.y/z"]],
      ]), status: true
    ).object
    #expect(status[["spec", "size"]] == 5)
    #expect(status["status"] == ["observedGeneration": 2])
    #expect(status[["metadata", "labels"]] == nil)
    #expect(status[["metadata", "finalizers"]] == nil)
  }

  @Test func staleVersionsConflict() async throws {
    let storage = try await Widgets.storage()
    let old = try await storage.create("a")
    _ = try await storage.widget("a", .mergePatch(["spec": ["size": 4]]))
    let put = await failure { try await storage.widget("a", .replace(old)) }
    #expect(put?.code == 409)
    #expect(
      put?.message
        == "Operation cannot be fulfilled on widgets.example.com \"a\": the object has been "
        + "modified; please apply your changes to the latest version and try again")
    let patch = await failure {
      try await storage.widget(
        "a",
        .mergePatch(["metadata": ["resourceVersion": "1"], "spec": ["size": 5]]))
    }
    #expect(patch?.reason == "Conflict")
    var without = old
    without["metadata"]?["resourceVersion"] = nil
    let unconditional = await failure { try await storage.widget("a", .replace(without)) }
    #expect(unconditional?.code == 422)
  }

  @Test func finalizersKeepADeletedObjectUntilTheLastOneGoes() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a", metadata: ["finalizers": ["x.y/z"]])
    let marked = try await storage.delete("a").object
    #expect(marked.isBeingDeleted)
    #expect(marked[["metadata", "deletionGracePeriodSeconds"]] == 0)
    #expect(marked[["metadata", "generation"]] == 2)
    #expect(try await storage.delete("a").effect == .none)
    let more = await failure {
      try await storage.widget(
        "a", .mergePatch(["metadata": ["finalizers": ["x.y/z", "q.y/z"]]]))
    }
    #expect(more?.causes.map(\.reason) == ["FieldValueForbidden"])
    let again = await failure { try await storage.create("a") }
    #expect(again?.message.hasPrefix("object is being deleted: ") == true)
    let last = try await storage.widget("a", .mergePatch(["metadata": ["finalizers": .null]]))
    #expect(last.effect == .remove)
    #expect(
      await storage.object(ObjectKey(namespace: "default", name: "a"), of: Storage.widgets) == nil)
  }

  @Test func deletionHonoursPreconditions() async throws {
    let storage = try await Widgets.storage()
    let object = try await storage.create("a")
    let resource = try #require(await storage.catalog[Storage.widgets])
    let key = ObjectKey(of: object)
    let wrong = await failure {
      try await storage.delete(
        key, of: resource, DeletionRequest(options: ["preconditions": ["uid": "other"]]))
    }
    #expect(wrong?.code == 409)
    let right = DeletionRequest(options: [
      "preconditions": ["uid": object[["metadata", "uid"]] ?? ""]
    ])
    #expect(try await storage.delete(key, of: resource, right).effect == .remove)
  }

  @Test func unknownFieldsAreRefusedNamedOrIgnored() async throws {
    let storage = try await Widgets.storage()
    let bad = Widgets.widget(spec: ["size": 1, "foo": 1])
    let strict = await failure {
      try await storage.widget("a", .create(bad), validation: .strict)
    }
    #expect(strict?.code == 400)
    #expect(
      strict?.message
        == "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: "
        + "unknown field \"spec.foo\"")
    let warned = try await storage.widget("a", .create(bad), validation: .warn)
    #expect(warned.warnings == ["unknown field \"spec.foo\""])
    #expect(warned.object[["spec", "foo"]] == nil)
    let silent = try await storage.widget(
      "a", .mergePatch(["spec": ["foo": 1]]), validation: .ignore)
    #expect(silent.warnings.isEmpty)
  }

  @Test func flawsInTheSpecDoNotBlockTheStatus() async throws {
    let storage = try await Widgets.storage()
    var object = try await storage.create("a")
    object["spec"]?["size"] = 99
    _ = await storage.commit(object, at: ObjectKey(of: object), of: Storage.widgets)
    let outcome = try await storage.widget(
      "a", .mergePatch(["status": ["observedGeneration": 1]]), status: true)
    #expect(outcome.effect == .update)
    let bad = await failure {
      try await storage.widget(
        "a", .mergePatch(["status": ["observedGeneration": "x"]]), status: true)
    }
    #expect(bad?.causes.map(\.field) == ["status.observedGeneration"])
  }

  @Test func everyServedVersionShowsTheSameObject() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a")
    let resource = try #require(await storage.catalog[Storage.widgets])
    let version = try #require(resource.version("v2"))
    let stored = try await storage.widget(
      "a", .mergePatch(["spec": ["size": 5]]), version: "v2"
    ).object
    #expect(stored["apiVersion"] == "example.com/v1")
    let shown = resource.form(of: stored, in: version)
    #expect(shown["apiVersion"] == "example.com/v2")
    #expect(shown[["spec", "size"]] == 5)
  }

  @Test func leasesWantMicroTime() async throws {
    let storage = try await Widgets.storage()
    func lease(_ time: String) async -> APIStatus? {
      let resource = BuiltIns.leases
      return await failure {
        try await storage.write(
          WriteRequest(
            resource: resource, version: resource.versions[0], namespace: "default", name: "",
            content: .create([
              "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
              "metadata": ["name": "l"], "spec": ["renewTime": .string(time)],
            ]), manager: "test"))
      }
    }
    #expect(await lease("2024-01-01T00:00:00Z")?.code == 400)
    #expect(await lease("2024-01-01T00:00:00.000000Z") == nil)
  }

  @Test func eventsHaveTwoForms() {
    let core: JSONValue = [
      "apiVersion": "v1", "kind": "Event", "metadata": ["name": "e"],
      "involvedObject": ["name": "x"], "message": "m", "count": 2,
    ]
    let new = EventForms.new(fromCore: EventForms.completed(core))
    #expect(new["apiVersion"] == "events.k8s.io/v1")
    #expect(new["note"] == "m")
    #expect(new["deprecatedCount"] == 2)
    #expect(new["reportingController"] == nil)
    #expect(EventForms.core(fromNew: new) == EventForms.completed(core))
  }
}
