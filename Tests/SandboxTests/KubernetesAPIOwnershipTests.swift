import Documents
import Testing

@testable import KubernetesSandbox

/// Server-side apply, through the store, as one writer after the other.
@Suite struct KubernetesAPIOwnershipTests {
  private func apply(
    _ storage: Storage, _ manager: String, _ spec: JSONValue, force: Bool = false
  ) async throws -> JSONValue {
    try await storage.widget(
      "a", .apply(Widgets.widget(spec: spec), isForced: force), manager: manager
    ).object
  }

  private func applyStatus(
    _ storage: Storage, _ manager: String, _ conditions: JSONValue
  ) async throws -> JSONValue {
    var object = Widgets.widget()
    object["spec"] = nil
    object["status"] = ["conditions": conditions]
    return try await storage.widget(
      "a", .apply(object, isForced: false), status: true, manager: manager
    ).object
  }

  private func owners(of object: JSONValue) -> [String: JSONValue] {
    let entries = object[["metadata", "managedFields"]]?.array ?? []
    return Dictionary(
      entries.map { ($0["manager"]?.string ?? "", $0["fieldsV1"] ?? [:]) }
    ) { _, last in last }
  }

  @Test func creatingByApplyClaimsWhatWasGiven() async throws {
    let storage = try await Widgets.storage()
    let object = try await apply(
      storage, "m1", ["size": 2, "roles": ["a"], "labels": ["x": ["y"]]])
    #expect(
      owners(of: object) == [
        "m1": [
          "f:spec": ["f:labels": ["f:x": [:]], "f:roles": [:], "f:size": [:]]
        ]
      ])
    #expect(object[["spec", "colour"]] == "red")
    #expect(object[["metadata", "generation"]] == 1)
  }

  @Test func applyingAgainChangesNothing() async throws {
    let storage = try await Widgets.storage()
    let first = try await apply(storage, "m1", ["size": 2])
    let second = try await apply(storage, "m1", ["size": 2])
    #expect(first == second)
  }

  @Test func whatTheOnlyOwnerOmitsGoes() async throws {
    let storage = try await Widgets.storage()
    _ = try await apply(
      storage, "m1", ["size": 2, "roles": ["a"], "labels": ["x": ["1"], "y": []]])
    let object = try await apply(storage, "m1", ["size": 2, "labels": ["x": ["1"]]])
    #expect(object["spec"] == ["size": 2, "colour": "red", "labels": ["x": ["1"]]])
  }

  @Test func whatAnotherAlsoOwnsStays() async throws {
    let storage = try await Widgets.storage()
    _ = try await apply(storage, "m1", ["size": 2, "name": "abc"])
    _ = try await apply(storage, "m2", ["size": 2, "name": "abc"])
    let object = try await apply(storage, "m1", ["size": 2])
    #expect(object[["spec", "name"]] == "abc")
    #expect(owners(of: object)["m1"] == ["f:spec": ["f:size": [:]]])
  }

  @Test func changingWhatAnotherOwnsConflicts() async throws {
    let storage = try await Widgets.storage()
    _ = try await apply(storage, "m1", ["size": 2])
    let conflict = await failure { try await apply(storage, "m2", ["size": 3]) }
    #expect(conflict?.code == 409)
    #expect(
      conflict?.message == "Apply failed with 1 conflict: conflict with \"m1\": .spec.size")
    #expect(conflict?.causes.map(\.reason) == ["FieldManagerConflict"])
    #expect(conflict?.causes.map(\.field) == [".spec.size"])
    let forced = try await apply(storage, "m2", ["size": 3], force: true)
    #expect(forced[["spec", "size"]] == 3)
    #expect(owners(of: forced).keys.sorted() == ["m2"])
  }

  @Test func updatesTakeOverWhatTheyChange() async throws {
    let storage = try await Widgets.storage()
    _ = try await apply(storage, "m1", ["size": 2, "name": "abc"])
    let patched = try await storage.widget(
      "a", .mergePatch(["spec": ["size": 4]]), manager: "editor"
    ).object
    #expect(owners(of: patched)["editor"] == ["f:spec": ["f:size": [:]]])
    #expect(owners(of: patched)["m1"] == ["f:spec": ["f:name": [:]]])
    let conflict = await failure {
      try await apply(storage, "m1", ["size": 2, "name": "abc"])
    }
    #expect(
      conflict?.message
        == "Apply failed with 1 conflict: conflict with \"editor\" using example.com/v1: "
        + ".spec.size")
  }

  @Test func conditionsOfDifferentControllersLiveSideBySide() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a")
    _ = try await applyStatus(
      storage, "c1", [["type": "Ready", "status": "True"], ["type": "Synced", "status": "True"]])
    let both = try await applyStatus(storage, "c2", [["type": "Other", "status": "False"]])
    #expect(both[["status", "conditions"]]?.array?.count == 3)
    #expect(
      owners(of: both)["c2"] == [
        "f:status": [
          "f:conditions": ["k:{\"type\":\"Other\"}": [".": [:], "f:status": [:], "f:type": [:]]]
        ]
      ])
    let less = try await applyStatus(storage, "c1", [["type": "Ready", "status": "True"]])
    #expect(
      less[["status", "conditions"]] == [
        ["type": "Ready", "status": "True"], ["type": "Other", "status": "False"],
      ])
    let conflict = await failure {
      try await applyStatus(storage, "c2", [["type": "Ready", "status": "False"]])
    }
    #expect(conflict?.causes.map(\.field) == [".status.conditions[type=\"Ready\"].status"])
  }

  @Test func whatDoesNotFitTheSchemaIsAServerError() async throws {
    let storage = try await Widgets.storage()
    let unknown = await failure { try await apply(storage, "m1", ["size": 2, "foo": 1]) }
    #expect(unknown?.code == 500)
    #expect(unknown?.message.hasSuffix(".spec.foo: field not declared in schema") == true)
    let mistyped = await failure { try await apply(storage, "m1", ["size": "x"]) }
    #expect(mistyped?.code == 500)
  }

  @Test func kubectlMovesFromClientSideApplyWithoutConflict() async throws {
    let storage = try await Widgets.storage()
    var object = Widgets.widget(spec: ["size": 2])
    let text = object.jsonText
    object["metadata"]?["annotations"] = .object([LastApplied.annotation: .string(text)])
    _ = try await storage.widget("a", .create(object), manager: "kubectl-client-side-apply")
    let stranger = await failure { try await apply(storage, "other", ["size": 3]) }
    #expect(stranger?.code == 409)
    let moved = try await apply(storage, "kubectl", ["size": 3])
    #expect(moved[["spec", "size"]] == 3)
    let annotation = moved[["metadata", "annotations", LastApplied.annotation]]?.string ?? ""
    #expect(annotation.contains("\"size\":3"))
  }

  @Test func fieldSetsSurviveTheirEncoding() {
    let encoded: JSONValue = [
      "f:a": [".": [:], "f:b": [:]], "f:c": ["k:{\"type\":\"x\"}": ["f:d": [:]]],
      "f:e": ["v:\"y\"": [:]],
    ]
    #expect(FieldSet(fieldsV1: encoded).fieldsV1 == encoded)
    #expect(FieldSet(fieldsV1: encoded).paths.count == 4)
  }
}
