import Documents
import Kubernetes
import TeleportSchema
import Testing

@testable import controller

@Suite struct WatchedKindTests {
  private func version(_ object: KubernetesObject) throws -> String {
    try ResourceFacts(DeclaredResource(object, spec: object.spec).bytes).version
  }

  /// As the API server hands a TeleportRole out: in the stored version, whatever it was written in.
  private func role(managedFields: JSONValue? = nil, lastApplied: String? = nil) throws
    -> KubernetesObject
  {
    var document = manifest("TeleportRole", "r", spec: ["allow": ["logins": ["root"]]])
    document["metadata"]?["managedFields"] = managedFields
    if let lastApplied {
      document["metadata"]?["annotations"] = [
        "kubectl.kubernetes.io/last-applied-configuration": .string(lastApplied)
      ]
    }
    return try KubernetesObject(document)
  }

  private func owner(
    _ version: String, at time: String, by operation: String = "Update",
    fields: JSONValue = ["f:spec": [:]], status: Bool = false
  ) -> JSONValue {
    var owner: JSONValue = [
      "manager": "m", "operation": .string(operation), "fieldsType": "FieldsV1",
      "apiVersion": .string("resources.teleport.dev/" + version), "time": .string(time),
      "fieldsV1": fields,
    ]
    if status { owner["subresource"] = "status" }
    return owner
  }

  @Test func everyKindIsWatchedInItsStoredVersion() {
    let resources = Set(WatchedKind.all.map(\.resource.description))
    #expect(resources.count == WatchedKind.all.count)
    #expect(
      resources.isSuperset(of: [
        "resources.teleport.dev/v1 teleportrolesv6", "resources.teleport.dev/v1 teleportrolesv7",
        "resources.teleport.dev/v1 teleportrolesv8", "resources.teleport.dev/v2 teleportusers",
        "resources.teleport.dev/v3 teleportgithubconnectors",
        "resources.teleport.dev/v5 teleportroles",
      ]))
  }

  @Test func withoutARecordTheVersionIsTheOneItWasReadIn() throws {
    #expect(try version(role()) == "v5")
  }

  @Test func managedFieldsTellTheVersion() throws {
    let written = owner("v6", at: "2030-01-01T00:00:00Z")
    let reported = owner(
      "v5", at: "2030-01-03T00:00:00Z", fields: ["f:status": [:]], status: true)
    let finalizer = owner(
      "v5", at: "2030-01-02T00:00:00Z", fields: ["f:metadata": ["f:finalizers": [:]]])
    #expect(try version(role(managedFields: [written, reported, finalizer])) == "v6")
  }

  @Test func theLatestWriterOfTheSpecDecides() throws {
    let five = owner("v5", at: "2030-01-02T00:00:00Z")
    let six = owner("v6", at: "2030-01-01T00:00:00Z")
    #expect(try version(role(managedFields: [five, six])) == "v5")
    #expect(try version(role(managedFields: [six, five])) == "v5")
  }

  /// kubectl edit and patch write in the server's preferred version, whatever the manifest says.
  @Test func aManifestOutweighsAnEdit() throws {
    let text = #"{"apiVersion":"resources.teleport.dev/v6","kind":"TeleportRole"}"#
    #expect(try version(role(lastApplied: text)) == "v6")
    let five = owner("v5", at: "2030-01-02T00:00:00Z")
    #expect(try version(role(managedFields: [five], lastApplied: text)) == "v6")
    let applied = owner("v5", at: "2030-01-01T00:00:00Z", by: "Apply")
    let edited = owner("v6", at: "2030-01-02T00:00:00Z")
    #expect(try version(role(managedFields: [applied, edited])) == "v5")
    #expect(try version(role(managedFields: [applied, edited], lastApplied: text)) == "v5")
    #expect(try version(role(lastApplied: "{")) == "v5")
  }

  @Test func labelsAndDescriptionAreTaken() throws {
    let kind = try WatchedKind.named("TeleportUser")
    let object = try KubernetesObject(
      manifest(
        "TeleportUser", "u", labels: ["team": "a"], annotations: ["description": "for me"],
        spec: ["roles": ["access"]]))
    let declared = try DeclaredResource(object, spec: object.spec)
    #expect(
      try kind.schema.decode(declared.bytes)["metadata"] == [
        "name": "u", "description": "for me",
        "labels": ["team": "a", "teleport.dev/origin": "kubernetes"],
      ])
  }

  @Test func keysTellKindsApart() throws {
    let role = try WatchedKind.named("TeleportRole")
    let seven = try WatchedKind.named("TeleportRoleV7")
    let object = try KubernetesObject.custom("TeleportRole", "same")
    #expect(role != seven)
    #expect(role.key(object) != seven.key(object))
    #expect(role.key(object).description == "TeleportRole/default/same")
  }
}
