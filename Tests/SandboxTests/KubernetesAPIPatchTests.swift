import Documents
import Testing

@testable import KubernetesSandbox

@Suite struct KubernetesAPIPatchTests {
  private func json(_ text: String) throws -> JSONValue { try JSONValue(json: Array(text.utf8)) }

  private static let merges: [(target: String, patch: String, result: String)] = [
    (
      #"{"a":"b"}"#,
      #"{"a":"c"}"#,
      #"{"a":"c"}"#
    ),
    (
      #"{"a":"b"}"#,
      #"{"b":"c"}"#,
      #"{"a":"b","b":"c"}"#
    ),
    (
      #"{"a":"b"}"#,
      #"{"a":null}"#,
      #"{}"#
    ),
    (
      #"{"a":["b"]}"#,
      #"{"a":"c"}"#,
      #"{"a":"c"}"#
    ),
    (
      #"{"a":{"b":"c","d":1}}"#,
      #"{"a":{"b":"d","d":null}}"#,
      #"{"a":{"b":"d"}}"#
    ),
    (
      #"{"a":[{"b":"c"}]}"#,
      #"{"a":[1]}"#,
      #"{"a":[1]}"#
    ),
    (
      #"{"e":null}"#,
      #"{"a":1}"#,
      #"{"e":null,"a":1}"#
    ),
    (
      #"{}"#,
      #"{"a":{"bb":{"ccc":null}}}"#,
      #"{"a":{"bb":{}}}"#
    ),
  ]

  @Test(arguments: merges)
  func mergesAsRFC7386Says(target: String, patch: String, result: String) throws {
    let merged = MergePatch.apply(try json(patch), to: try json(target))
    let expected = try json(result)
    #expect(merged == expected)
  }

  /// A patch without a result must fail.
  private static let patches: [(target: String, patch: String, result: String?)] = [
    (
      #"{"foo":"bar"}"#,
      #"[{"op":"add","path":"/baz","value":"qux"}]"#,
      #"{"foo":"bar","baz":"qux"}"#
    ),
    (
      #"{"foo":["a","c"]}"#,
      #"[{"op":"add","path":"/foo/1","value":"b"}]"#,
      #"{"foo":["a","b","c"]}"#
    ),
    (
      #"{"foo":["a"]}"#,
      #"[{"op":"add","path":"/foo/-","value":"b"}]"#,
      #"{"foo":["a","b"]}"#
    ),
    (
      #"{"foo":["a","b"]}"#,
      #"[{"op":"remove","path":"/foo/0"}]"#,
      #"{"foo":["b"]}"#
    ),
    (
      #"{"foo":1}"#,
      #"[{"op":"replace","path":"/foo","value":2}]"#,
      #"{"foo":2}"#
    ),
    (
      #"{"a/b":1,"m~n":2}"#,
      #"[{"op":"remove","path":"/a~1b"}]"#,
      #"{"m~n":2}"#
    ),
    (
      #"{"a":{"x":1},"b":{}}"#,
      #"[{"op":"move","from":"/a/x","path":"/b/y"}]"#,
      #"{"a":{},"b":{"y":1}}"#
    ),
    (
      #"{"a":1}"#,
      #"[{"op":"copy","from":"/a","path":"/b"}]"#,
      #"{"a":1,"b":1}"#
    ),
    (
      #"{"a":[1,2]}"#,
      #"[{"op":"test","path":"/a/1","value":2},{"op":"add","path":"/b","value":3}]"#,
      #"{"a":[1,2],"b":3}"#
    ),
    (
      #"{"a":1}"#,
      #"[{"op":"test","path":"/a","value":2}]"#,
      nil
    ),
    (
      #"{"a":1}"#,
      #"[{"op":"replace","path":"/b","value":2}]"#,
      nil
    ),
    (
      #"{"a":1}"#,
      #"[{"op":"remove","path":"/b"}]"#,
      nil
    ),
    (
      #"{"a":1}"#,
      #"[{"op":"add","path":"/b/c","value":2}]"#,
      nil
    ),
    (
      #"{"a":[1]}"#,
      #"[{"op":"add","path":"/a/2","value":2}]"#,
      nil
    ),
  ]

  @Test(arguments: patches)
  func patchesAsRFC6902Says(target: String, patch: String, result: String?) throws {
    let patch = try JSONPatch(try json(patch))
    let document = try json(target)
    let expected = try result.map(json)
    #expect((try? patch.apply(to: document)) == expected)
  }

  @Test func anUnreadablePatchIsRefused() {
    #expect(throws: APIStatus.self) { try JSONPatch(["op": "add"]) }
    #expect(throws: APIStatus.self) { try JSONPatch([["op": "zap", "path": "/a"]]) }
    #expect(throws: APIStatus.self) { try JSONPatch([["op": "add", "path": "a", "value": 1]]) }
  }

  @Test func strategicPatchMergesTheListsOfBuiltInTypes() {
    let secret: JSONValue = [
      "metadata": ["finalizers": ["a/b"], "ownerReferences": [["uid": "1", "name": "x"]]],
      "data": ["k": "v"],
    ]
    let added = StrategicMergePatch.apply(
      [
        "metadata": [
          "finalizers": ["c/d"],
          "ownerReferences": [["uid": "1", "name": "y"], ["uid": "2", "name": "z"]],
        ],
        "data": ["k": .null],
      ], to: secret)
    #expect(added[["metadata", "finalizers"]] == ["c/d", "a/b"])
    #expect(
      added[["metadata", "ownerReferences"]] == [
        ["uid": "1", "name": "y"], ["uid": "2", "name": "z"],
      ])
    #expect(added["data"] == [:])
    let removed = StrategicMergePatch.apply(
      [
        "metadata": [
          "$deleteFromPrimitiveList/finalizers": ["a/b"],
          "ownerReferences": [["$patch": "delete", "uid": "1"]],
        ]
      ], to: added)
    #expect(removed[["metadata", "finalizers"]] == ["c/d"])
    #expect(removed[["metadata", "ownerReferences"]] == [["uid": "2", "name": "z"]])
  }
}
