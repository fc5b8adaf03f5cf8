import Documents
import Testing

@Suite struct YAMLTests {
  @Test func readsTheQuickStartRole() throws {
    let role = try JSONValue(
      yaml: """
        apiVersion: "resources.teleport.dev/v5"
        kind: TeleportRole
        metadata: {name: myrole}
        spec:
          allow:
            logins: ["root"]
            node_labels:
              dev: ["dev", "dev2"]
              type: [ "compute", "x" ]
        """)
    #expect(role["spec"]?["allow"]?["logins"] == ["root"])
    #expect(role[["spec", "allow", "node_labels", "type"]] == ["compute", "x"])
  }

  @Test(arguments: [
    ("~", JSONValue.null), ("true", true), ("no", false), ("'no'", "no"), ("12", 12),
    ("0x1f", 31), ("9223372036854775807", 9_223_372_036_854_775_807), ("1.5", 1.5), ("-3", -3),
    ("1h30m", "1h30m"), ("1e3", 1000.0), ("-a", "-a"), (".", "."), ("2031-05-06", "2031-05-06"),
    ("'*'", "*"), ("10.0.0.1", "10.0.0.1"), ("\"\\u00fc\"", "ü"), ("|\n  a\n  b\n", "a\nb\n"),
  ])
  func resolvesScalars(text: String, value: JSONValue) throws {
    #expect(try JSONValue(yaml: "value: \(text)")["value"] == value)
  }

  @Test(arguments: [
    ("a: [1", DocumentError.Code.malformed), ("a: 1\na: 2", .duplicateKey),
    ("<<: 1", .malformed), ("<<: [1]", .malformed),
    ("a: 1\n<<: {a: 2}", .unsupported), ("<<: {a: 1}\n<<: {b: 1}", .duplicateKey),
    ("? [a]\n: 1", .unsupported), ("a: *b", .malformed),
    ("a: 1\n---\nb: 2", .unsupported),
    (String(repeating: "[", count: 100) + String(repeating: "]", count: 100), .tooLarge),
  ])
  func refuses(text: String, code: DocumentError.Code) {
    let error = #expect(throws: DocumentError.self) { try JSONValue(yaml: text) }
    #expect(error?.code == code)
  }

  /// The values are kubectl's, by `kubectl create --dry-run=client -o json`.
  @Test(arguments: [
    ("x: &x {a: 1, b: {c: 1}}\ny: {<<: *x, b: 2}", #"{"a":1,"b":2}"#),
    ("y:\n  <<: [{a: 1}, {a: 2, b: 2}]\n  c: 3", #"{"a":1,"b":2,"c":3}"#),
    ("y: {'<<': {a: 1}}", #"{"<<":{"a":1}}"#), ("y: {<<: {}}", "{}"),
  ])
  func mergesAsKubectlDoes(text: String, merged: String) throws {
    let merged = try JSONValue(json: merged.utf8)
    #expect(try JSONValue(yaml: text)["y"] == merged)
    #expect(try YAMLNode(yaml: text).value["y"] == merged)
  }

  @Test func refusesAliasesThatExplode() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    let error = #expect(throws: DocumentError.self) { try JSONValue(yaml: text) }
    #expect(error?.code == .tooLarge)
  }

  @Test func tellsTheLine() {
    let error = #expect(throws: DocumentError.self) {
      try JSONValue(yaml: "a: 1\nb:\n  c: 1\n  c: 2\n")
    }
    #expect(error?.line == 4)
    #expect(error?.description == "line 4: the key 'c' stands twice")
  }

  @Test func skipsEmptyDocuments() throws {
    let documents = try YAMLDocument.all(in: "# nothing\n---\na: 1\n---\n---\nb: 2\n")
    #expect(documents.map(\.value) == [["a": 1], ["b": 2]])
    #expect(documents.map(\.line) == [3, 6])
  }

  @Test func aliasesAreCopies() throws {
    #expect(try JSONValue(yaml: "a: &x [1]\nb: *x") == ["a": [1], "b": [1]])
  }

  static let awkward: [JSONValue] = [
    "", "yes", "0x10", "12:30", "- a", "a: b", "#x", "a #b", " lead", "trail ", "line\nbreak",
    "a\nb\nc\n", "\ttab", "ü", "*", "&a", "!t", "{a}", "1_000", "null", "y", "%", "@", "`",
    "'quoted'", "\"", "\\", "1h30m", "x,y", "tel:1", "é: è", "\u{1}", 12, -1, 1.25, true, .null,
    [], [:], [[]], [[1, [2]], [["a": 1]]], ["a": ["b": ["c": []]]], ["": "empty key", "a b": 1],
    ["list": [["a": 1, "b": 2], ["c": ["d", ["e": "f"]]]]], ["text": "a\n\n b\n"],
    ["nested": ["block": "one\ntwo\n", "after": 1]],
  ]

  @Test(arguments: awkward) func whatIsWrittenIsReadBack(_ value: JSONValue) throws {
    let document: JSONValue = ["value": value, "items": [value, ["k": value]]]
    #expect(try JSONValue(yaml: document.yamlText()) == document)
    #expect(try JSONValue(yaml: document.jsonText) == document)
    #expect(try JSONValue(json: document.jsonBytes) == document)
  }

  @Test func writesWhatPeopleLikeToRead() {
    let value: JSONValue = [
      "spec": [
        "logins": ["root", "1000"], "rules": [["verbs": ["list"], "resources": ["role"]]],
      ],
      "metadata": ["labels": ["a/b": "c"], "name": "x"], "kind": "role",
    ]
    #expect(
      value.yamlText() == """
        kind: role
        metadata:
          name: x
          labels:
            a/b: c
        spec:
          logins:
          - root
          - "1000"
          rules:
          - resources:
            - role
            verbs:
            - list

        """)
  }
}
