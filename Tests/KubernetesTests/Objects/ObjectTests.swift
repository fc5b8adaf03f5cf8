import Documents
import FoundationEssentials
import Testing

@testable import Kubernetes

@Suite("objects and paths")
struct ObjectTests {
  @Test func everyPartSurvivesExceptManagedFields() throws {
    let text = """
      {"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"12",
      "generation":3,"creationTimestamp":"2026-01-02T03:04:05Z","deletionTimestamp":"2026-01-02T03:04:06Z",
      "labels":{"l":"1"},"annotations":{"a":"2"},"finalizers":["f"],
      "ownerReferences":[{"apiVersion":"v1","kind":"K","name":"o","uid":"x","controller":true}],
      "managedFields":[{"manager":"kubectl"}]},
      "spec":{"n":12345678901234567,"list":[1,"x",null,true,1.5]},"status":{"ok":true},
      "data":{"k":"dg=="},"type":"Opaque"}
      """
    let object = try KubernetesObject(json: Array(text.utf8))
    #expect(object.metadata.generation == 3)
    #expect(object.metadata.isBeingDeleted)
    #expect(object.metadata.ownerReferences.first?.controller == true)
    #expect(object.spec["n"] == 12_345_678_901_234_567)
    #expect(object.body == ["data": ["k": "dg=="], "type": "Opaque"])
    var document = try JSONValue(json: Data(text.utf8))
    document["metadata"]?["managedFields"] = nil
    #expect(object.document == document)
    #expect(try KubernetesObject(document) == object)
  }

  @Test func aDocumentThatIsNoObjectIsRefused() {
    for document: JSONValue in [[], "a", ["metadata": 3], ["kind": 3]] {
      #expect(throws: DocumentError.self) { try KubernetesObject(document) }
      #expect(throws: DocumentError.self) { try PackedObject(json: document.jsonBytes) }
    }
  }

  @Test(arguments: [
    (#"{"metadata":{"labels":{"a":1}}}"#, "`metadata.labels.a` has a wrong type"),
    (#"{"metadata":{"generation":"1"}}"#, "`metadata.generation` has a wrong type"),
    (#"{"metadata":{"finalizers":{}}}"#, "`metadata.finalizers` has a wrong type"),
    (#"{"kind":[]}"#, "`kind` has a wrong type"), ("[]", "this is not a Kubernetes object"),
  ])
  func aWrongTypeIsNamed(text: String, message: String) throws {
    let error = #expect(throws: DocumentError.self) { try KubernetesObject(json: Array(text.utf8)) }
    #expect(error?.description == message)
  }

  @Test func nullIsAsGoodAsAbsent() throws {
    let text = #"""
      {"apiVersion":"v1","kind":"K","metadata":{"name":"a","labels":null,"finalizers":null,
      "creationTimestamp":null,"generation":null,"annotations":{"a":null}},"spec":null,"data":null}
      """#
    let object = try KubernetesObject(json: Array(text.utf8))
    #expect(object.metadata == ObjectMeta(name: "a", annotations: ["a": ""]))
    #expect(object.spec == .null && object.body == ["data": .null])
  }

  @Test func pathsAreThoseOfTheAPI() {
    #expect(GroupVersionResource.secrets.path(namespace: "a") == "/api/v1/namespaces/a/secrets")
    #expect(GroupVersionResource.widgets.path(namespace: nil) == "/apis/example.test/v1/widgets")
    #expect(
      GroupVersionResource.widgets.path(ObjectKey("x", namespace: "a"), subresource: "status")
        == "/apis/example.test/v1/namespaces/a/widgets/x/status")
    #expect(
      GroupVersionResource.namespaces.path(ObjectKey("a/b?c#d%e é"))
        == "/api/v1/namespaces/a%2Fb%3Fc%23d%25e%20%C3%A9")
  }

  @Test func patchesAreAsTheStandardHasThem() {
    let patch = JSONPatch().test(["a/b", "c~d"], is: .null).add(["l", "-"], 1).remove(["x"])
    #expect(
      patch.document == [
        ["op": "test", "path": "/a~1b/c~0d", "value": .null],
        ["op": "add", "path": "/l/-", "value": 1], ["op": "remove", "path": "/x"],
      ])
  }

  @Test func aFinalizerPatchTouchesItsOwnOnly() {
    let bare = KubernetesObject.sample("a").metadata
    let both = KubernetesObject.sample("a", finalizers: ["theirs", "ours"]).metadata
    let theirs = KubernetesObject.sample("a", finalizers: ["theirs"]).metadata
    let uid: JSONValue = ["op": "test", "path": "/metadata/uid", "value": "u1"]
    #expect(FinalizerPatch.adding("ours", to: both) == nil)
    #expect(FinalizerPatch.removing("ours", from: theirs) == nil)
    #expect(
      FinalizerPatch.adding("ours", to: bare)?.document == [
        uid, ["op": "test", "path": "/metadata/finalizers", "value": .null],
        ["op": "add", "path": "/metadata/finalizers", "value": ["ours"]],
      ])
    #expect(
      FinalizerPatch.adding("ours", to: theirs)?.document == [
        uid, ["op": "test", "path": "/metadata/finalizers", "value": ["theirs"]],
        ["op": "add", "path": "/metadata/finalizers/-", "value": "ours"],
      ])
    #expect(
      FinalizerPatch.removing("ours", from: both)?.document == [
        uid, ["op": "test", "path": "/metadata/finalizers/1", "value": "ours"],
        ["op": "remove", "path": "/metadata/finalizers/1"],
      ])
  }

  @Test(arguments: [
    (1_767_323_045.123_456, "2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05Z"),
    (0, "1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00Z"),
    (-0.5, "1969-12-31T23:59:59.500000Z", "1969-12-31T23:59:59Z"),
    (1_767_323_045.999_999_6, "2026-01-02T03:04:06.000000Z", "2026-01-02T03:04:05Z"),
    (1_767_323_045.000_001, "2026-01-02T03:04:05.000001Z", "2026-01-02T03:04:05Z"),
  ])
  func timesAreAsKubernetesWritesThem(seconds: Double, micro: String, whole: String) {
    let date = Date(timeIntervalSince1970: seconds)
    #expect(Timestamp.microseconds(date) == micro)
    #expect(Timestamp.seconds(date) == whole)
  }

  @Test func serverAddressesComeApart() {
    let plain = ServerAddress("https://10.0.0.1:6443/base")
    #expect(plain.host == "10.0.0.1")
    #expect(plain.url(host: "api") == "https://api:6443/base")
    let six = ServerAddress("https://[fd00::1]:443")
    #expect(six.host == "fd00::1")
    #expect(six.url(host: "api") == "https://api:443")
    #expect(ServerAddress("https://host").url(host: "api") == "https://api")
  }
}
