import Documents
import Testing

@testable import KubernetesSandbox

@Suite struct KubernetesAPIValidationTests {
  private let schema = Schema(Widgets.schema)

  private func problems(_ spec: JSONValue) -> [String] {
    schema.problems(in: ["spec": spec]).map(\.description)
  }

  @Test func acceptsWhatFits() {
    #expect(problems(["size": 1, "port": "x", "note": .null, "labels": ["a": ["b"]]]).isEmpty)
    #expect(problems(["size": 10, "port": 3, "free": ["x": [1, .null]], "name": "abc"]).isEmpty)
  }

  @Test func namesWhatIsMissing() {
    #expect(problems([:]) == ["spec.size: Required value"])
  }

  private static let flaws: [(spec: String, problem: String)] = [
    (
      #"{"size": "a"}"#,
      #"spec.size: Invalid value: "string": spec.size in body must be of type "#
        + #"integer: "string""#
    ),
    (
      #"{"size": 1, "flag": 1}"#,
      #"spec.flag: Invalid value: "integer": spec.flag in body must be of "#
        + #"type boolean: "integer""#
    ),
    (
      #"{"size": 1, "port": true}"#,
      #"spec.port: Invalid value: "boolean": spec.port in body must be of "#
        + #"type integer,string: "boolean""#
    ),
    (
      #"{"size": 1, "labels": {"x": "y"}}"#,
      #"spec.labels.x: Invalid value: "string": spec.labels.x in body must be "#
        + #"of type array: "string""#
    ),
    (
      #"{"size": 0}"#,
      #"spec.size: Invalid value: 0: spec.size in body should be greater than "#
        + #"or equal to 1"#
    ),
    (
      #"{"size": 11}"#,
      #"spec.size: Invalid value: 11: spec.size in body should be less than "#
        + #"or equal to 10"#
    ),
    (
      #"{"size": 1, "colour": "blue"}"#,
      #"spec.colour: Unsupported value: "blue": supported values: "red", "green""#
    ),
    (
      #"{"size": 1, "name": "abcdef"}"#,
      #"spec.name: Too long: may not be more than 5 bytes"#
    ),
    (
      #"{"size": 1, "name": "A"}"#,
      #"spec.name: Invalid value: "A": spec.name in body should match '^[a-z]*$'"#
    ),
    (
      #"{"size": 1, "roles": []}"#,
      #"spec.roles: Invalid value: 0: spec.roles in body should have at least 1 items"#
    ),
    (
      #"{"size": 1, "roles": ["a", "b", "c", "d"]}"#,
      #"spec.roles: Too many: 4: must have at most 3 items"#
    ),
  ]

  @Test(arguments: flaws)
  func saysWhatIsWrong(spec: String, problem: String) throws {
    let spec = try JSONValue(json: Array(spec.utf8))
    #expect(problems(spec) == [problem])
  }

  @Test func refusesEqualKeysInAssociativeLists() {
    let status: JSONValue = [
      "conditions": [
        ["type": "Ready", "status": "True"], ["type": "Ready", "status": "False"],
      ]
    ]
    let found = schema.problems(in: ["spec": ["size": 1], "status": status])
    #expect(found.map(\.field) == ["status.conditions[1]"])
    #expect(found.map(\.reason) == [.duplicate])
  }

  @Test func junctorsCount() {
    let either = Schema(["oneOf": [["required": ["a"]], ["required": ["b"]]]])
    #expect(either.problems(in: ["a": 1]).isEmpty)
    #expect(either.problems(in: ["a": 1, "b": 2]).count == 1)
    #expect(either.problems(in: [:]).count == 1)
    #expect(Schema(["not": ["required": ["a"]]]).problems(in: ["a": 1]).count == 1)
  }

  @Test(arguments: [
    ("2024-01-01T00:00:00.000000Z", true), ("2024-01-01T00:00:00.123456+01:00", true),
    ("2024-01-01T00:00:00Z", false), ("2024-01-01T00:00:00.123Z", false), ("", false),
  ])
  func microTimeHasSixDigits(text: String, isValid: Bool) {
    #expect(ValueFormat.isMicroTime(text) == isValid)
  }

  @Test func structuralRulesFindFreeForms() {
    func fields(_ schema: JSONValue) -> [String] {
      StructuralRules.problems(in: schema, at: "s", isRoot: true).map(\.field)
    }
    #expect(fields(Widgets.schema).isEmpty)
    #expect(fields(["properties": [:]]) == ["s.type"])
    #expect(fields(["type": "object", "properties": ["a": [:]]]) == ["s.properties[a].type"])
    #expect(
      fields(["type": "object", "properties": ["a": ["type": "array"]]])
        == ["s.properties[a].items"])
    #expect(
      fields(["type": "object", "properties": ["a": ["type": "string", "pattern": "("]]])
        == ["s.properties[a].pattern"])
    #expect(
      fields(["type": "object", "properties": ["a": ["type": "string", "default": 1]]])
        == ["s.properties[a].default"])
  }
}
