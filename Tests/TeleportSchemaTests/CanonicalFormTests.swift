import Documents
import SandboxFaults
import Testing

@testable import TeleportSchema

@Suite struct CanonicalFormTests {
  static let kinds = ResourceSchema.standard.map(\.kind)

  private func schema(_ kind: String) throws -> ResourceSchema {
    try #require(ResourceSchema.named(kind))
  }

  /// The canonical form by its definition: what the compared fields but the secrets are in JSON, encoded.
  private func definition(_ bytes: [UInt8], _ schema: ResourceSchema) throws -> [UInt8] {
    var encoder = MessageEncoder(registry: schema.registry, fillsIn: false)
    let compared = try schema.comparedFields(of: bytes)
    return encoder.encode(
      withoutSecrets(compared, SchemaPlace(schema), schema.registry), as: schema.message)
  }

  private func withoutSecrets(
    _ value: JSONValue, _ place: SchemaPlace, _ registry: SchemaRegistry
  ) -> JSONValue {
    switch value {
    case .object(let members):
      var shown: [String: JSONValue] = [:]
      for (name, member) in members {
        let place = place.member(name, registry)
        if !place.isSensitive { shown[name] = withoutSecrets(member, place, registry) }
      }
      return .object(shown)
    case .array(let items):
      return .array(items.map { withoutSecrets($0, place.element, registry) })
    default: return value
    }
  }

  @Test(arguments: kinds)
  func isWhatDecodingAndEncodingGives(kind: String) throws {
    let schema = try schema(kind)
    for seed in 0..<UInt64(300) {
      var generator = MessageGenerator(schema, seed: seed)
      let bytes = generator.message(schema.message)
      let canonical = try schema.canonicalForm(of: bytes)
      #expect(try canonical == definition(bytes, schema), "seed \(seed)")
      #expect(try schema.canonicalForm(of: canonical) == canonical, "seed \(seed)")
    }
  }

  @Test(arguments: try Vector.all())
  func isThatOfWhatGoEncodes(_ vector: Vector) throws {
    let schema = try schema(vector.kind)
    #expect(try schema.canonicalForm(of: vector.wire) == definition(vector.wire, schema))
    // false and absent are the same but for optional booleans, "a" and ["a"] everywhere.
    #expect(
      try schema.managedHash(of: vector.wire)
        == schema.managedHash(of: schema.encode(vector.resource)))
  }

  /// Of one resource: in another order, with other unknown fields, and with what Teleport manages.
  @Test(arguments: kinds)
  func anotherEncodingHasTheSameHash(kind: String) throws {
    let schema = try schema(kind)
    var header = WireWriter()
    header.string(2, "default")
    header.string(8, "another revision")
    var metadata = WireWriter()
    metadata.bytes(schema.header.metadata, header.bytes)
    if let container = schema.header.container {
      let inner = metadata.bytes
      metadata = WireWriter()
      metadata.bytes(container, inner)
    }
    for seed in 0..<UInt64(100) {
      var generator = MessageGenerator(schema, seed: seed)
      var fields = generator.fields(of: schema.message)
      let hash = try schema.managedHash(of: generator.shuffled(fields))
      fields += [
        generator.unknown(), (schema.header.container ?? schema.header.metadata, metadata.bytes),
      ]
      #expect(try schema.managedHash(of: generator.shuffled(fields)) == hash, "seed \(seed)")
    }
  }

  @Test(arguments: kinds)
  func tellsApartWhatTheDefinitionTellsApart(kind: String) throws {
    let schema = try schema(kind)
    // Few fields, so that some pairs are equal.
    let messages = try (0..<60).map { seed in
      var generator = MessageGenerator(schema, seed: UInt64(seed))
      let fields = generator.fields(of: schema.message).filter { $0.number < 4 }
      return generator.shuffled(
        try fields.isEmpty ? [(4, schema.encode(["version": "x"]))] : fields)
    }
    var pairs = (equal: 0, different: 0)
    for left in messages {
      for right in messages {
        let isEqual = try definition(left, schema) == definition(right, schema)
        #expect(try (schema.managedHash(of: left) == schema.managedHash(of: right)) == isEqual)
        if isEqual { pairs.equal += 1 } else { pairs.different += 1 }
      }
    }
    #expect(pairs.equal > messages.count && pairs.different > 0)
  }

  /// JSON cannot say these, so that decoding and encoding loses them. They are differences all the same.
  @Test func seesWhatJSONCannotSay() throws {
    let schema = try schema("role")
    func role(_ write: (inout WireWriter) -> Void) throws -> String {
      var options = WireWriter()
      write(&options)
      var spec = WireWriter()
      spec.bytes(1, options.bytes)
      var role = WireWriter()
      role.bytes(5, spec.bytes)
      return try schema.managedHash(of: role.bytes)
    }
    let hashes = try [
      role { _ in },
      // A negative duration, an enum value of a newer server, text that is not UTF-8.
      role { $0.varint(2, UInt64.max) }, role { $0.varint(23, 99) }, role { $0.bytes(4, [0xff]) },
      role { $0.bytes(4, [0xfe]) },
      role { $0.bytes(30, [8] + Array(repeating: 0xff, count: 9) + [1]) },
    ]
    #expect(Set(hashes).count == hashes.count)
  }

  @Test(arguments: [
    [0x0a], [0x0a, 0xff, 0xff], [0x00, 0x01], [0x0b], Array(repeating: 0xff, count: 11),
    [0x22, 0x02, 0x0a, 0x05], [0x2a, 0x03, 0x0a, 0x01, 0x10],
  ])
  func damagedBytesAreAnError(_ bytes: [UInt8]) throws {
    let schema = try schema("role")
    #expect(throws: WireError.self) { try schema.managedHash(of: bytes) }
  }

  // MARK: - Secrets

  /// A kind with a secret at every depth that it can have.
  private static let secretive: ResourceSchema = {
    func field(
      _ number: Int, _ name: String, _ kind: FieldSchema.Kind, isRepeated: Bool = false,
      isSensitive: Bool = false
    ) -> FieldSchema {
      FieldSchema(
        number: number, jsonName: name, kind: kind, isRepeated: isRepeated, isServerManaged: false,
        serverManagedKeys: nil, isSensitive: isSensitive, since: 0)
    }
    let inner = MessageSchema(
      name: "t.Inner",
      fields: [field(1, "id", .string), field(2, "secret", .string, isSensitive: true)])
    let outer = MessageSchema(
      name: "t.Outer",
      fields: [
        field(1, "name", .string), field(2, "password", .string, isSensitive: true),
        field(3, "inner", .message("t.Inner")),
        field(4, "list", .message("t.Inner"), isRepeated: true),
        field(5, "map", .map(element: .message("t.Inner"))),
        field(6, "tokens", .string, isRepeated: true, isSensitive: true),
        field(7, "vault", .message("t.Inner"), isSensitive: true),
        field(8, "env", .map(element: .string), isSensitive: true),
      ])
    let registry = SchemaRegistry(messages: ["t.Inner": inner, "t.Outer": outer], enums: [:])
    return ResourceSchema(
      kind: "outer", rule: "outer", eventField: nil, customResources: [],
      calls: .init(get: [], list: [], create: [], update: [], upsert: [], delete: []),
      message: outer, entitlements: [], singletonName: nil, labelCondition: nil,
      header: .standard, registry: registry)
  }()

  private func outer(_ secret: String, id: String = "id") -> JSONValue {
    let inner: JSONValue = ["id": .string(id), "secret": .string(secret)]
    return [
      "name": "n", "password": .string(secret), "inner": inner, "list": [inner],
      "map": ["k": inner], "tokens": [.string(secret)], "vault": ["id": .string(secret)],
      "env": [secret: "x", "y": .string(secret)],
    ]
  }

  /// Statuses carry hashes: whoever reads one must not be able to try passwords against it.
  @Test func secretsAreNotInTheHash() throws {
    let schema = Self.secretive
    let one = try schema.encode(outer("hunter2"))
    let other = try schema.encode(outer("correct horse"))
    #expect(one != other)
    #expect(try schema.managedHash(of: one) == schema.managedHash(of: other))
    let canonical = try schema.canonicalForm(of: one)
    #expect(String(decoding: canonical, as: UTF8.self).firstRange(of: "hunter2") == nil)
    // Everything around them is.
    #expect(
      try schema.managedHash(of: schema.encode(outer("hunter2", id: "other")))
        != schema.managedHash(of: one))
  }

  @Test func theTextIsTheDigestInHexadecimal() throws {
    let schema = try schema("role")
    let text = try schema.managedHash(of: [])
    // The first half of SHA-256 of nothing.
    #expect(text == "e3b0c44298fc1c149afbf4c8996fb924")
  }
}
