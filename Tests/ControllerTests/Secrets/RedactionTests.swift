import Documents
import Testing

@testable import TeleportSchema

@Suite struct RedactionTests {
  private let schema: ResourceSchema

  init() throws { schema = try SampleSchema.resource() }

  private let resource: JSONValue = [
    "kind": "sample", "version": "v1", "metadata": ["name": "n"],
    "spec": [
      "open": "shown", "password": "hush", "key": "aHVzaA==", "passwords": ["hush", "hush"],
      "tokens": ["a": "hush"], "servers": [["address": "shown", "password": "hush"]],
      "named": ["n": ["address": "shown", "password": "hush"]],
      "secret_labels": ["hush": ["hush"]], "hidden": ["address": "hush"], "pin": 1234,
      "labels": ["env": ["shown"], "one": "shown"], "pasword": "hush",
      "wrong": ["deep": "hush"],
    ],
    "extra": "hush",
  ]

  @Test func nothingSensitiveIsLeft() {
    let shown = schema.redact(resource)
    #expect(
      shown["spec"] == [
        "open": "shown", "password": "***", "key": "***", "passwords": "***", "tokens": "***",
        "servers": [["address": "shown", "password": "***"]],
        "named": ["n": ["address": "shown", "password": "***"]], "secret_labels": "***",
        "hidden": "***", "pin": "***", "labels": ["env": ["shown"], "one": "shown"],
        "pasword": "***", "wrong": "***",
      ])
    #expect(shown["kind"] == "sample")
    #expect(!shown.jsonText.contains("hush") && !shown.jsonText.contains("1234"))
  }

  /// From nothing to the resource, from it to nothing, and from one secret to the next.
  @Test func differencesTellThatASecretDiffersButNotHow() throws {
    var changed = resource
    changed["spec"]?["password"] = "hush more"
    changed["spec"]?["secret_labels"] = ["one": ["two"], "three": "four"]
    changed["spec"]?["servers"] = [["address": "shown", "password": "hush more"]]
    changed["spec"]?["named"] = ["n": ["address": "moved", "password": "hush"]]
    let differences = schema.redact(FieldDifference.between(resource, changed))
    #expect(
      differences == [
        FieldDifference(path: "spec.named.n.address", before: "shown", after: "moved"),
        FieldDifference(path: "spec.password", before: "***", after: "***"),
        FieldDifference(path: "spec.secret_labels", before: "***", after: "***"),
        FieldDifference(
          path: "spec.servers", before: [["address": "shown", "password": "***"]],
          after: [["address": "shown", "password": "***"]]),
      ])
    for (before, after) in [
      (nil, resource), (resource, nil), (.null, resource), (.object(["spec": "wrong"]), resource),
    ] as [(JSONValue?, JSONValue?)] {
      let texts = schema.redact(FieldDifference.between(before, after)).map { "\($0)" }.joined()
      #expect(texts.contains("shown") && !texts.contains("hush") && !texts.contains("1234"))
    }
  }

  @Test(arguments: [
    "spec.none", "spec.open.deeper", "spec.labels[\"x\"].y\"]", "[0]", "spec..open", "spec[\"open",
    "spec.servers[0].address",
  ])
  func aPathThatLeadsNowhereIsTakenForASecret(path: String) {
    let difference = FieldDifference(path: path, before: "hush", after: nil)
    let shown = schema.redact([difference])
    #expect(shown == [FieldDifference(path: path, before: "***", after: nil)])
  }
}
