import Documents
import Foundation
import TeleportSchema
import Testing

@testable import controller

/// `controller validate` and `controller crds`, as a repository's own CI runs them.
@Suite struct ValidateCommandTests {
  private let controller: ControllerExecutable
  private let scratch: ScratchDirectory

  init() throws {
    controller = try ControllerExecutable()
    scratch = try ScratchDirectory()
  }

  private static let good = manifest(
    "TeleportRole", "good", spec: ["allow": ["logins": ["root"]]])
  private static let bad = manifest(
    "TeleportRole", "bad",
    spec: ["allow": ["login": ["root"]], "options": ["max_session_ttl": "soon"]])

  private func stream(_ manifests: [JSONValue]) -> String {
    manifests.map { "---\n" + $0.jsonText + "\n" }.joined()
  }

  // MARK: - Vectors

  private struct Vector {
    let manifest: JSONValue
    let wire: [UInt8]
  }

  private func vectors(_ kind: String) throws -> [Vector] {
    let schema = try #require(ResourceSchema.named(kind))
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/teleport-18.0.0/\(kind).jsonl")
    return try Data(contentsOf: file).split(separator: 10).map { line in
      let vector = try JSONValue(json: line)
      let row = try #require(
        schema.customResources.first {
          $0.subKind == vector["sub_kind"]?.string
            && $0.versions.contains { $0.teleportVersion == vector["version"]?.string }
        })
      return Vector(
        manifest: manifest(
          row.kind, schema.singletonName ?? "golden", version: row.storedVersion.name,
          spec: try #require(vector["spec"])),
        wire: Array(try #require(Data(base64Encoded: vector["wire"]?.string ?? ""))))
    }
  }

  @Test(arguments: ResourceSchema.standard.map(\.kind))
  func wireOutputIsWhatGoMakesOfEveryVector(kind: String) throws {
    let vectors = try vectors(kind)
    #expect(!vectors.isEmpty)
    let outcome = try controller.run(
      ["validate", "-f", "-", "-o", "wire"], input: stream(vectors.map(\.manifest)))
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.lines.count == vectors.count)
    let schema = try #require(ResourceSchema.named(kind))
    for (line, vector) in zip(outcome.lines, vectors) {
      let answer = try JSONValue(json: Data(line.utf8))
      #expect(answer.object.map { Set($0.keys) } == ["kind", "name", "wire"])
      #expect(
        answer["kind"] == vector.manifest["kind"]
          && answer["name"] == vector.manifest[["metadata", "name"]])
      let wire = try #require(Data(base64Encoded: answer["wire"]?.string ?? ""))
      #expect(try schema.decode(Array(wire)) == schema.decode(vector.wire))
    }
  }

  @Test func wireOutputHasALineForEachManifestInOrder() throws {
    let other: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"]]
    let outcome = try controller.run(
      ["validate", "-f", "-", "--output", "wire"],
      input: stream([Self.good, Self.bad, other, Self.good]))
    #expect(outcome.status == 1)
    let answers = try outcome.lines.map { try JSONValue(json: Data($0.utf8)) }
    #expect(answers.map { $0["name"]?.string } == ["good", "bad", "c", "good"])
    #expect(answers.map { $0["wire"] != nil } == [true, false, false, true])
    #expect(answers.map { $0["error"] != nil } == [false, true, true, false])
    #expect(answers[1]["error"]?.string?.contains("spec.allow.login: unknown field") == true)
    #expect(answers[1]["error"]?.string?.contains("spec.options.max_session_ttl: ") == true)
  }

  // MARK: - Forms and exit codes

  @Test func textSaysWhereAndWhat() throws {
    let file = try scratch.write(stream([Self.good, Self.bad]), to: "roles.yaml")
    let outcome = try controller.run(["validate", "-f", file])
    #expect(outcome.status == 1)
    #expect(outcome.lines.first == "\(file):2: ok: TeleportRole/good")
    #expect(
      outcome.lines.contains {
        $0.hasPrefix("\(file):4: error: TeleportRole/bad: spec.allow.login: unknown field")
      })
    #expect(outcome.lines.contains { $0.contains("spec.options.max_session_ttl: 'soon'") })
    #expect(outcome.errors == "1 valid, 1 invalid\n")
  }

  @Test func jsonSaysItForMachines() throws {
    let file = try scratch.write(stream([Self.bad, Self.good]), to: "roles.yaml")
    let outcome = try controller.run(["validate", "-f", file, "-o", "json"])
    #expect(outcome.status == 1 && outcome.errors.isEmpty)
    let answers = try outcome.lines.map { try JSONValue(json: Data($0.utf8)) }
    #expect(answers.map { $0["valid"] } == [false, true])
    #expect(answers[0]["file"]?.string == file && answers[0]["line"] == 2)
    #expect(
      answers[0]["issues"]?.array?.map { $0["path"]?.string } == [
        "spec.options.max_session_ttl", "spec.allow.login",
      ]
        || answers[0]["issues"]?.array?.map { $0["path"]?.string } == [
          "spec.allow.login", "spec.options.max_session_ttl",
        ])
    #expect(
      Set(answers[0]["issues"]?.array?.compactMap { $0["code"]?.string } ?? []) == [
        "UnknownField", "InvalidValue",
      ])
  }

  @Test func warningsAreNoFailure() throws {
    let user = manifest("TeleportUser", "u", spec: ["expires": "2031-05-06T07:08:09Z"])
    let outcome = try controller.run(["validate", "-f", "-"], input: stream([user]))
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("<stdin>:2: warning: TeleportUser/u: spec.expires: "))
  }

  @Test func oneUnreadableFileDoesNotHideTheOthers() throws {
    try scratch.write("spec: [", to: "a.yaml")
    try scratch.write(Self.good.jsonText, to: "b.json")
    try scratch.write("apiVersion: v1\nkind: Namespace\n", to: "c.yml")
    let missing = "\(scratch.path)/none"
    let outcome = try controller.run(["validate", "-f", scratch.path, "-f", missing])
    #expect(outcome.status == 1)
    #expect(outcome.lines.contains { $0.hasPrefix("\(scratch.path)/a.yaml: error: ") })
    #expect(outcome.lines.contains("\(scratch.path)/b.json:1: ok: TeleportRole/good"))
    #expect(outcome.lines.contains("\(missing): error: there is no such file or directory"))
    #expect(outcome.errors == "1 valid, 2 invalid, 1 of other kinds passed over\n")
  }

  @Test(arguments: [
    ["validate"], ["validate", "-f", "-", "-o", "xml"], ["validate", "--nonsense"], ["nonsense"],
    ["run", "--log-level", "loud", "--kubeconfig", "/nonexistent"],
  ])
  func aWrongCommandLineIsTold(_ arguments: [String]) throws {
    let outcome = try controller.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty && !outcome.errors.isEmpty)
  }

  // MARK: - CRDs

  @Test func crdsPrintsWhatTheSchemaMakes() throws {
    let outcome = try controller.run(["crds"])
    #expect(outcome.status == 0)
    #expect(try JSONValue.documents(yaml: outcome.output) == CustomResourceDefinition.all())
  }

  @Test func crdsWritesOneFileForEach() throws {
    let outcome = try controller.run(["crds", "--output-dir", scratch.path])
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    for definition in try CustomResourceDefinition.all() {
      let plural = definition[["spec", "names", "plural"]]?.string ?? ""
      let file = "\(scratch.path)/resources.teleport.dev_\(plural).yaml"
      #expect(try String(contentsOfFile: file, encoding: .utf8) == definition.yamlText())
    }
  }
}
