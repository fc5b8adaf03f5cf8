import Documents
import Testing

@testable import controller

/// Whatever an object was checked by, it stays valid and whole.
@Suite struct SchemaWideningTests {
  private static func object(_ properties: JSONValue) -> JSONValue {
    ["type": "object", "properties": properties]
  }

  private func widening(_ existing: JSONValue, _ wanted: JSONValue) -> SchemaWidening {
    SchemaWidening(
      of: Self.object(["f": existing]), with: Self.object(["f": wanted]), at: "v1")
  }

  private func field(_ existing: JSONValue, _ wanted: JSONValue) -> JSONValue? {
    widening(existing, wanted).schema[["properties", "f"]]
  }

  @Test func fieldsOfBothSidesAreThere() {
    let widening = SchemaWidening(
      of: Self.object(["old": ["type": "string"]]), with: Self.object(["new": ["type": "integer"]]),
      at: "v1")
    #expect(
      widening.schema == Self.object(["old": ["type": "string"], "new": ["type": "integer"]]))
    #expect(widening.added == ["v1.new"] && widening.kept == ["v1.old"])
  }

  @Test func nestedFieldsToo() {
    let old: JSONValue = ["type": "array", "items": Self.object(["a": ["type": "string"]])]
    let new: JSONValue = ["type": "array", "items": Self.object(["b": ["type": "string"]])]
    let items = field(old, new)?[["items", "properties"]]?.object
    #expect(items.map { Set($0.keys) } == ["a", "b"])
  }

  @Test(
    arguments: [
      ("maxLength", 5), ("maxItems", 5), ("minimum", 1), ("minLength", 1), ("pattern", "^a"),
      ("format", "date-time"), ("enum", ["a", "b"]), ("required", ["x"]),
      ("x-kubernetes-validations", [["rule": "self.x > 0", "message": "no"]]),
    ] as [(String, JSONValue)])
  func aRuleThatObjectsMayBreakIsNotAdded(_ keyword: String, _ value: JSONValue) {
    var wanted: JSONValue = ["type": "string", "description": "better"]
    wanted[keyword] = value
    let widening = widening(["type": "string", "description": "d"], wanted)
    #expect(
      widening.schema[["properties", "f"]] == ["type": "string", "description": "better"])
    #expect(widening.kept.count == 1)
  }

  @Test(
    arguments: [
      ("maxLength", 5, 9, 9), ("maxLength", 9, 5, 9), ("minimum", 2, 1, 1), ("minimum", 1, 2, 1),
      ("enum", ["a", "b"], ["b", "c"], ["b", "c", "a"]),
      ("pattern", "^a", "^a", "^a"),
    ] as [(String, JSONValue, JSONValue, JSONValue)])
  func ofTwoRulesTheLooserHolds(
    _ keyword: String, _ old: JSONValue, _ new: JSONValue, _ result: JSONValue
  ) {
    var existing: JSONValue = ["type": "string"]
    existing[keyword] = old
    var wanted: JSONValue = ["type": "string"]
    wanted[keyword] = new
    #expect(field(existing, wanted)?[keyword] == result)
  }

  @Test func aRuleThatIsGoneGoes() {
    #expect(
      field(["type": "string", "maxLength": 5, "pattern": "^a"], ["type": "string"])
        == ["type": "string"])
  }

  @Test func nullStaysAllowed() {
    #expect(
      field(
        ["type": "array", "nullable": true, "items": ["type": "string"]],
        ["type": "array", "items": ["type": "string"]])?["nullable"] == true)
  }

  @Test(
    arguments: [
      (["type": "string"], ["type": "integer"]),
      (["x-kubernetes-preserve-unknown-fields": true], ["type": "string"]),
      (["x-kubernetes-int-or-string": true], ["type": "string"]),
      (
        ["type": "object", "additionalProperties": ["type": "string"]],
        ["type": "object", "properties": ["a": ["type": "string"]]]
      ),
    ] as [(JSONValue, JSONValue)])
  func aTypeThatTakesLessIsNotTaken(_ existing: JSONValue, _ wanted: JSONValue) {
    let widening = widening(existing, wanted)
    #expect(widening.schema[["properties", "f"]] == existing)
    #expect(widening.kept.count == 1)
  }

  @Test(
    arguments: [
      (["type": "string"], ["x-kubernetes-preserve-unknown-fields": true]),
      (["type": "string", "format": "duration"], ["x-kubernetes-int-or-string": true]),
      (["type": "integer"], ["type": "number"]),
    ] as [(JSONValue, JSONValue)])
  func aTypeThatTakesMoreIsTaken(_ existing: JSONValue, _ wanted: JSONValue) {
    let widening = widening(existing, wanted)
    #expect(widening.schema[["properties", "f"]] == wanted)
    #expect(widening.kept.isEmpty)
  }

  @Test func widenedTwiceIsWidenedOnce() throws {
    for definition in try SampleDefinitions.pairs() {
      let once = SchemaWidening(of: definition.existing, with: definition.wanted, at: "v1")
      let twice = SchemaWidening(of: once.schema, with: definition.wanted, at: "v1")
      #expect(twice.schema == once.schema && twice.added.isEmpty)
      let same = SchemaWidening(of: definition.wanted, with: definition.wanted, at: "v1")
      #expect(same.schema == definition.wanted && same.kept.isEmpty && same.added.isEmpty)
    }
  }
}
