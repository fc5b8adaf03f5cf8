import Documents
import FoundationEssentials
import Testing

@testable import TeleportSchema

/// Vectors made with Teleport 18.0.0's own Go types: see Tests/Fixtures/README.md.
struct Vector: CustomTestStringConvertible, Sendable {
  let kind: String
  let version: String
  /// nil where the kind has none.
  let subKind: String?
  let field: String
  let spec: JSONValue
  let wire: [UInt8]

  var testDescription: String { "\(kind) \(field.isEmpty ? "(empty)" : field) \(spec.jsonText)" }

  var resource: JSONValue {
    let name = ResourceSchema.named(kind)?.singletonName ?? "golden"
    var resource: JSONValue = [
      "kind": .string(kind), "version": .string(version), "spec": spec,
      "metadata": ["name": .string(name), "labels": ["teleport.dev/origin": "kubernetes"]],
    ]
    resource["sub_kind"] = subKind.map { .string($0) }
    return resource
  }

  /// The kinds of which there are vectors.
  static let kinds = ResourceSchema.standard.map(\.kind)

  static func all() throws -> [Vector] { try kinds.flatMap(all) }

  static func all(_ kind: String) throws -> [Vector] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/teleport-18.0.0/\(kind).jsonl")
    return try Data(contentsOf: file).split(separator: 10).map {
      let line = try JSONValue(json: $0)
      return Vector(
        kind: line["kind"]?.string ?? "", version: line["version"]?.string ?? "",
        subKind: line["sub_kind"]?.string, field: line["field"]?.string ?? "",
        spec: line["spec"] ?? .null,
        wire: Array(Data(base64Encoded: line["wire"]?.string ?? "") ?? Data()))
    }
  }
}

@Suite struct VectorTests {
  private static let counts = [
    "access_list": 57, "access_monitoring_rule": 11, "app": 34, "autoupdate_config": 14,
    "autoupdate_version": 10, "bot": 6, "db": 74, "github": 18, "lock": 14, "login_rule": 5,
    "node": 57, "oidc": 30, "okta_import_rule": 8, "role": 237, "saml": 61,
    "saml_idp_service_provider": 11, "token": 98, "trusted_cluster": 9, "user": 41,
    "workload_identity": 24,
  ]

  @Test func everyVectorIsThere() throws {
    #expect(Set(Self.counts.keys) == Set(Vector.kinds))
    for (kind, count) in Self.counts { #expect(try Vector.all(kind).count == count, "\(kind)") }
  }

  @Test(arguments: try Vector.all())
  func encodesAsGoDoes(_ vector: Vector) throws {
    let schema = try #require(ResourceSchema.named(vector.kind))
    let encoded = try schema.encode(vector.resource)
    #expect(try WireTree(encoded) == WireTree(vector.wire))
  }

  @Test(arguments: try Vector.all())
  func decodesWhatGoEncoded(_ vector: Vector) throws {
    let schema = try #require(ResourceSchema.named(vector.kind))
    let decoded = try schema.decode(vector.wire)
    // Through the encoder and back, so that "a" and ["a"], false and absent are the same.
    let expected = try schema.decode(schema.encode(vector.resource))
    #expect(decoded == expected)
    #expect(try WireTree(schema.encode(decoded)) == WireTree(vector.wire))
  }

  @Test(arguments: try Vector.all())
  func aMergeWithItselfChangesNothing(_ vector: Vector) throws {
    let schema = try #require(ResourceSchema.named(vector.kind))
    let merged = try schema.merge(declared: vector.wire, over: vector.wire)
    #expect(try WireTree(merged) == WireTree(vector.wire))
    #expect(try schema.managedHash(of: merged) == schema.managedHash(of: vector.wire))
  }
}

/// A message by wire rules alone, independent of the schema under test: what must be equal when two encodings mean
/// the same resource. Go writes empty messages where it has no nil, zero times for times that are not set, and map
/// entries in any order.
indirect enum WireTree: Hashable {
  case message([Int: [WireTree]])
  case leaf(WireField.Value)

  /// Fields of type BoolValue in role and token, by path of field numbers: there, empty is not absent.
  private static let booleans: Set<[Int]> = {
    var paths: Set<[Int]> = []
    for number in [3, 16, 19, 20, 22, 26, 27] { paths.insert([5, 1, number]) }
    paths.formUnion([[5, 1, 15, 1], [5, 1, 25, 1, 1], [5, 1, 32, 1, 1], [5, 1, 32, 2, 1]])
    paths.formUnion([[5, 12, 1, 11], [5, 12, 1, 12]])
    return paths
  }()

  init(_ bytes: some Collection<UInt8>) throws {
    self = try WireTree.parse(Array(bytes), path: []) ?? .message([:])
  }

  private static func parse(_ bytes: [UInt8], path: [Int]) throws -> WireTree? {
    var members: [Int: [WireTree]] = [:]
    for field in try WireReader.fields(of: bytes) {
      let path = path + [field.number]
      var tree: WireTree? = .leaf(field.value)
      if case .bytes(let payload) = field.value, !isText(payload, path) {
        tree = (try? parse(Array(payload), path: path)) ?? nil
        if tree == nil, booleans.contains(path) { tree = .message([:]) }
      }
      if let tree { members[field.number, default: []].append(tree) }
    }
    if members[1] == [.leaf(.varint(UInt64(bitPattern: -62_135_596_800)))], members.count == 1 {
      return nil
    }
    if members.isEmpty { return nil }
    return .message(members)
  }

  /// A payload that is no message, or that only happens to parse as one.
  private static func isText(_ payload: ArraySlice<UInt8>, _ path: [Int]) -> Bool {
    if payload.isEmpty { return false }
    let printable =
      payload.allSatisfy { $0 >= 0x20 } && String(validating: payload, as: UTF8.self) != nil
    return printable || (try? WireReader.fields(of: payload)) == nil
  }
}
