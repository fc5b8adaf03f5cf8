import Documents
import Kubernetes
import Testing

@testable import controller

/// What a custom resource will be once its manifest is applied.
@Suite struct AppliedManifestTests {
  private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  private func existing(_ spec: JSONValue, applied: JSONValue?) throws -> KubernetesObject {
    var object = try KubernetesObject.custom(
      "TeleportRole", "r", generation: 4, finalizers: [OperatorName.finalizer], spec: spec,
      status: ["declaredHash": "x"])
    object.metadata.labels = ["mine": "1", "gone": "1", "theirs": "1"]
    guard let applied else { return object }
    let document: JSONValue = [
      "apiVersion": "resources.teleport.dev/v5",
      "metadata": ["labels": ["mine": "1", "gone": "1"]],
      "spec": applied,
    ]
    object.metadata.annotations = [Self.lastApplied: document.jsonText, "other": "tool"]
    return object
  }

  private func applied(_ spec: JSONValue, over existing: KubernetesObject?) throws
    -> KubernetesObject
  {
    let manifest = try KubernetesObject(
      manifest("TeleportRole", "r", version: "v6", labels: ["mine": "2"], spec: spec))
    return AppliedManifest.object(manifest, over: existing, namespace: "team")
  }

  @Test func whatWasAppliedBeforeGoesAndWhatOthersSetStays() throws {
    let live: JSONValue = ["a": 1, "b": ["c": 1, "d": 1, "e": 1], "list": [1], "theirs": true]
    let before: JSONValue = ["a": 1, "b": ["c": 1, "d": 1], "list": [1]]
    let object = try applied(
      ["b": ["c": 2], "list": [2, 3]], over: existing(live, applied: before))
    #expect(object.spec == ["b": ["c": 2, "e": 1], "list": [2, 3], "theirs": true])
    #expect(object.metadata.labels == ["mine": "2", "theirs": "1"])
    #expect(object.metadata.annotations["other"] == "tool")
    #expect(object.metadata.generation == 5)
    // What is Kubernetes' own stays.
    #expect(object.metadata.uid == "uid-1" && object.status == ["declaredHash": "x"])
    #expect(object.metadata.finalizers == [OperatorName.finalizer])
    // The author's version counts, not the one that was asked for.
    #expect(object.metadata.declaredAPIVersion == "resources.teleport.dev/v6")
  }

  @Test func theSameManifestOnceMoreChangesNothing() throws {
    let live = try existing(["a": 1, "theirs": 2], applied: ["a": 1])
    let object = try applied(["a": 1], over: live)
    #expect(object.spec == live.spec && object.metadata.generation == 4)
  }

  @Test func withoutAnEarlierApplyTheManifestIsTheWholeSpec() throws {
    let object = try applied(["a": 2], over: existing(["a": 1, "b": 1], applied: nil))
    #expect(object.spec == ["a": 2])
  }

  @Test func whatIsNewGetsTheNamespaceOfTheController() throws {
    let object = try applied(["a": 1], over: nil)
    #expect(object.metadata.namespace == "team" && object.metadata.uid.isEmpty)
    #expect(object.metadata.declaredAPIVersion == "resources.teleport.dev/v6")
  }
}
