import Documents
import Testing

@testable import KubernetesSandbox

@Suite struct KubernetesAPIPruningTests {
  private let schema = Schema(Widgets.schema)

  @Test func dropsAndNamesWhatIsNotDeclared() {
    let (kept, unknown) = schema.pruned([
      "spec": ["size": 1, "foo": 1, "free": ["any": ["thing": 1]], "labels": ["x": ["y"]]],
      "bar": ["x": 1],
    ])
    #expect(
      kept == ["spec": ["size": 1, "free": ["any": ["thing": 1]], "labels": ["x": ["y"]]]])
    #expect(unknown == ["bar", "spec.foo"])
  }

  @Test func looksInsideLists() {
    let list = Schema([
      "type": "array", "items": ["type": "object", "properties": ["a": ["type": "string"]]],
    ])
    #expect(list.pruned([["a": "x", "b": 1]]).value == [["a": "x"]])
    #expect(list.pruned([["a": "x", "b": 1]]).unknown == ["[0].b"])
  }

  @Test func fillsDefaultsAndDropsNullsThatAreNoValues() {
    let result = schema.defaulted([
      "spec": ["size": 1, "name": .null, "colour": .null, "note": .null]
    ])
    #expect(result == ["spec": ["size": 1, "colour": "red", "note": .null]])
  }
}
