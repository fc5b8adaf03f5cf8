import Documents
import FoundationEssentials
import Kubernetes
import TeleportSchema
import Testing

@testable import controller

/// Which fields refer to Secrets, and what becomes of them. No I/O.
@Suite struct SecretReferencesTests {
  private let schema: ResourceSchema

  init() throws { schema = try SampleSchema.resource() }

  static func secret(
    _ data: [String: [UInt8]], allowing names: String? = "*", version: String = "1"
  ) -> SecretData {
    var object = KubernetesObject(
      apiVersion: "v1", kind: "Secret",
      metadata: ObjectMeta(
        name: "s", namespace: "default", uid: "uid-s", resourceVersion: version,
        annotations: names.map { [SecretData.annotation: $0] } ?? [:]))
    object.body["data"] = .object(data.mapValues { .string(Data($0).base64EncodedString()) })
    return SecretData(object)
  }

  private let everywhere: JSONValue = [
    "open": "plain", "password": "secret://s/a", "key": "secret://s/b",
    "passwords": ["mine", "secret://s/a"], "tokens": ["x/y": "secret://s/a", "z": "mine"],
    "servers": [["address": "one", "password": "secret://s/a"], ["password": "mine"]],
    "named": ["n": ["password": "secret://s/a"]],
    "secret_labels": ["one": "secret://s/a", "many": ["mine", "secret://s/a"]],
    "hidden": ["address": "secret://s/a"], "pin": 7,
  ]

  @Test func everySensitiveTextMayBeAReferenceAndNothingElseChanges() throws {
    let references = try SecretReferences(in: everywhere, of: schema)
    #expect(
      references.places.map(\.path) == [
        "spec.hidden.address", "spec.key", "spec.named.n.password", "spec.password",
        "spec.passwords[1]", "spec.secret_labels.many[1]", "spec.secret_labels.one",
        "spec.servers[0].password", #"spec.tokens["x/y"]"#,
      ])
    #expect(references.warnings.isEmpty && references.secrets == ["s"])
    let secret = Self.secret(["a": Array("hush".utf8), "b": [0, 255, 3]])
    let (spec, uses) = try references.resolved(for: "cr", with: ["s": .success(secret)])
    #expect(
      spec == [
        "open": "plain", "password": "hush", "key": "AP8D", "passwords": ["mine", "hush"],
        "tokens": ["x/y": "hush", "z": "mine"],
        "servers": [["address": "one", "password": "hush"], ["password": "mine"]],
        "named": ["n": ["password": "hush"]],
        "secret_labels": ["one": "hush", "many": ["mine", "hush"]], "hidden": ["address": "hush"],
        "pin": 7,
      ])
    #expect(uses.map(\.path) == references.places.map(\.path))
    #expect(uses.allSatisfy { $0.uid == "uid-s" && $0.resourceVersion == "1" })
    let resource: JSONValue = ["kind": "sample", "version": "v1", "spec": spec]
    #expect(throws: Never.self) { try schema.encode(resource) }
  }

  @Test func aReferenceElsewhereStaysAndIsSpokenOf() throws {
    let spec: JSONValue = [
      "open": "secret://s/a", "labels": ["env": "secret://s/a"], "password": "plain",
      "servers": [["address": "secret://s/a"]],
    ]
    let references = try SecretReferences(in: spec, of: schema)
    #expect(references.places.isEmpty)
    #expect(
      references.warnings.map(\.path) == [
        "spec.labels.env", "spec.open", "spec.servers[0].address",
      ])
    #expect(references.warnings.allSatisfy { $0.isWarning && $0.code == .ignoredReference })
    #expect(try references.resolved(for: "cr", with: [:]).spec == spec)
  }

  /// The one is Teleport's to set, the other is an error that the codec tells of.
  @Test func whatTheControllerDoesNotWriteIsNotLookedUp() throws {
    let spec: JSONValue = ["managed": "secret://s/a", "pasword": "secret://s/a", "pin": "x"]
    let references = try SecretReferences(in: spec, of: schema)
    #expect(references.places.isEmpty && references.warnings.isEmpty)
  }

  @Test func whatIsMeantAsAReferenceButIsNoneIsNamedButNotRepeated() throws {
    let spec: JSONValue = ["password": "secret://hunter2", "tokens": ["a": "secret:///x"]]
    let error = #expect(throws: SecretReferenceError.self) {
      try SecretReferences(in: spec, of: schema)
    }
    #expect(error?.issues.map(\.path) == ["spec.password", "spec.tokens.a"])
    #expect(error?.issues.allSatisfy { $0.code == .malformed } == true)
    #expect(error?.isRetryable == false)
    #expect(error?.description.contains("secret://NAME/KEY") == true)
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test(arguments: [
    ("*", true), ("cr", true), ("other, cr ,more", true), (" cr", true), ("", false),
    ("other", false), ("CR", false), ("*,other", false), ("cr2", false), (" * ", false),
  ])
  func theSecretSaysWhoMayLook(annotation: String, isAllowed: Bool) throws {
    let code = try code(Self.secret(["a": [65]], allowing: annotation))
    #expect(code == (isAllowed ? nil : .notAllowed))
  }

  @Test func eachReasonHasItsCodeAndAWayOut() throws {
    #expect(try code(Self.secret(["a": [65]], allowing: nil)) == .notOptedIn)
    // Who may not look does not learn which keys there are.
    #expect(try code(Self.secret([:], allowing: nil)) == .notOptedIn)
    #expect(try code(Self.secret([:], allowing: "other")) == .notAllowed)
    #expect(try code(Self.secret(["b": [65]])) == .keyNotFound)
    #expect(try code(Self.secret(["a": []])) == .empty)
    #expect(try code(Self.secret(["a": [255]])) == .notUTF8)
    #expect(try code(.failure(.notFound)) == .secretNotFound)
    #expect(try code(.failure(.forbidden)) == .forbidden)
    #expect(try code(.failure(.unavailable(.timeout))) == .unavailable)
  }

  @Test func allThatIsWrongIsToldAtOnce() throws {
    let spec: JSONValue = ["password": "secret://s/none", "key": "secret://gone/k", "open": "x"]
    let references = try SecretReferences(in: spec, of: schema)
    let error = #expect(throws: SecretReferenceError.self) {
      try references.resolved(
        for: "cr",
        with: ["s": .success(Self.secret(["a": [65]])), "gone": .failure(.notFound)])
    }
    #expect(error?.issues.map(\.code) == [.secretNotFound, .keyNotFound])
    #expect(
      error?.description
        == "spec.key: there is no Secret gone in this namespace; create it; "
        + "spec.password: the Secret s has no key none; add it")
    #expect(error?.isRetryable == true)
  }

  private func code(_ secret: SecretData) throws -> SecretReferenceError.Code? {
    try code(.success(secret))
  }

  private func code(
    _ secret: Result<SecretData, SecretAbsence>
  ) throws -> SecretReferenceError.Code? {
    let references = try SecretReferences(in: ["password": "secret://s/a"], of: schema)
    do {
      _ = try references.resolved(for: "cr", with: ["s": secret])
      return nil
    } catch {
      #expect(error.description.hasPrefix("spec.password: "))
      return error.issues.first?.code
    }
  }
}
