import Documents
import FoundationEssentials
import Testing

@testable import KubernetesSandbox

@Suite struct KubernetesAPITableTests {
  @Test(arguments: [
    (".spec.size", [3] as [JSONValue]),
    (".spec.roles[1]", ["b"]),
    (".spec.roles[*]", ["a", "b"]),
    (".status.conditions[?(@.type==\"Ready\")].status", ["True"]),
    (".status.conditions[?(@.type=='Synced')].status", ["False"]),
    (".metadata.annotations.a\\.b/c", ["x"]),
    (".metadata.annotations['a.b/c']", ["x"]),
    (".nope.size", []),
  ])
  func columnPathsFindValues(path: String, values: [JSONValue]) throws {
    let object: JSONValue = [
      "metadata": ["annotations": ["a.b/c": "x"]],
      "spec": ["size": 3, "roles": ["a", "b"]],
      "status": [
        "conditions": [
          ["type": "Ready", "status": "True"], ["type": "Synced", "status": "False"],
        ]
      ],
    ]
    #expect(try #require(ColumnPath(path)).values(in: object) == values)
  }

  @Test(arguments: [
    (0, "0s"), (119, "119s"), (120, "2m"), (599, "9m59s"), (600, "10m"), (10799, "179m"),
    (10800, "3h"), (11000, "3h3m"), (28800, "8h"), (172_799, "47h"), (172_800, "2d"),
    (180_000, "2d2h"), (691_200, "8d"), (63_072_000, "2y"), (-5, "<invalid>"),
  ])
  func agesAreShort(seconds: Int, text: String) {
    #expect(Age.text(seconds: seconds) == text)
  }

  @Test func rowsFollowTheColumnsOfTheDefinition() throws {
    let resource = try #require(Resource(definition: Widgets.definition))
    let view = TableView(
      resource: resource, version: resource.versions[1], inclusion: .none,
      now: Date(timeIntervalSince1970: 1_700_000_060))
    #expect(view.version.name == "v1")
    var object = Widgets.widget()
    object["metadata"]?["creationTimestamp"] = "2023-11-14T22:13:20Z"
    let table = view.table(of: [object], metadata: [:])
    let names = table["columnDefinitions"]?.array?.compactMap { $0["name"]?.string }
    #expect(names == ["Name", "Size", "Ready", "Age"])
    #expect(table["rows"]?.array?.first?["cells"] == ["a", 3, .null, "60s"])
  }

  @Test func versionsAreOrderedAsUpstreamDoes() {
    let sorted = ["v1alpha1", "v2", "v1beta2", "v10", "foo", "v1beta1"].sorted(
      by: Resource.precedes)
    #expect(sorted == ["v10", "v2", "v1beta2", "v1beta1", "v1alpha1", "foo"])
  }
}
