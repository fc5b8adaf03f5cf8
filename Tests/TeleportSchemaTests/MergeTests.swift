import Documents
import Testing

@testable import TeleportSchema

@Suite struct MergeTests {
  let role = ResourceSchema.named("role")

  /// A live role with server-managed fields, defaults, and fields that this build does not know at four depths.
  private func live() throws -> [UInt8] {
    let schema = try #require(role)
    let known = try schema.encode([
      "kind": "role", "version": "v7",
      "metadata": [
        "name": "r", "namespace": "default", "revision": "rev-1",
        "labels": ["a": "1", "teleport.internal/x": "kept", "teleport.dev/origin": "kubernetes"],
      ],
      "spec": [
        "options": ["max_session_ttl": "30h", "cert_format": "standard"],
        "allow": ["logins": ["root"], "rules": [["resources": ["role"], "verbs": ["list"]]]],
      ],
    ])
    func adding(_ text: String, at path: ArraySlice<Int>, to message: some Collection<UInt8>)
      throws -> [UInt8]
    {
      var writer = WireWriter()
      guard let next = path.first else {
        writer.append(encoded: message)
        writer.string(1900, text)
        return writer.bytes
      }
      for field in try WireReader.fields(of: message) {
        if field.number == next, let bytes = field.bytes {
          writer.bytes(next, try adding(text, at: path.dropFirst(), to: bytes))
        } else {
          writer.raw(field)
        }
      }
      return writer.bytes
    }
    return try [[], [4], [5, 1], [5, 2, 4]].reduce(known) {
      try adding("unknown at \($1)", at: ArraySlice($1), to: $0)
    }
  }

  private func declared(_ spec: JSONValue) throws -> [UInt8] {
    try #require(role).encode([
      "kind": "role", "version": "v7", "spec": spec,
      "metadata": ["name": "r", "labels": ["b": "2", "teleport.dev/origin": "kubernetes"]],
    ])
  }

  private func unknown(_ path: [Int], in message: [UInt8]) throws -> String? {
    try WireReader.bytes(at: path + [1900], in: message).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func replacesWhatIsManagedAndKeepsTheRest() throws {
    let schema = try #require(role)
    let merged = try schema.merge(
      declared: declared([
        "options": ["forward_agent": true],
        "allow": ["rules": [["resources": ["user"]], ["resources": ["role"], "verbs": ["list"]]]],
      ]), over: live())
    #expect(
      try schema.decode(merged) == [
        "kind": "role", "version": "v7",
        "metadata": [
          "name": "r", "namespace": "default", "revision": "rev-1",
          "labels": [
            "b": "2", "teleport.internal/x": "kept", "teleport.dev/origin": "kubernetes",
          ],
        ],
        "spec": [
          "options": ["forward_agent": true],
          "allow": [
            "rules": [["resources": ["user"]], ["resources": ["role"], "verbs": ["list"]]]
          ],
        ],
      ])
    for path in [[], [4], [5, 1]] {
      #expect(try unknown(path, in: merged) == "unknown at \(path)")
    }
    // The second rule is the old first one, so it keeps what the schema does not know.
    #expect(try unknown([5, 2, 4], in: merged) == "unknown at [5, 2, 4]")
  }

  /// An empty one would keep the server from putting the default there once more.
  @Test func aSettingThatIsNotDeclaredIsAbsent() throws {
    let schema = try #require(role)
    let live = try schema.encode([
      "kind": "role", "version": "v7", "metadata": ["name": "r"],
      "spec": [
        "options": ["idp": ["saml": ["enabled": true]], "record_session": ["desktop": true]],
        "allow": ["logins": ["root"]],
      ],
    ])
    let merged = try schema.merge(declared: declared([:]), over: live)
    // role.spec.options: idp and record_session.
    for setting in [25, 15] {
      #expect(try WireReader.bytes(at: [5, 1, setting], in: merged) == nil)
    }
    // role.spec: options and allow.
    for section in [1, 2] {
      #expect(try WireReader.bytes(at: [5, section], in: merged)?.count == 0)
    }
  }

  @Test func theHashSeesWhatIsManagedAndNothingElse() throws {
    let schema = try #require(role)
    let before = try live()
    let hash = try schema.managedHash(of: before)
    let same = try schema.encode(schema.managedFields(of: before))
    #expect(try schema.managedHash(of: same) == hash)
    var changed = try schema.managedFields(of: before)
    changed["spec"]?["options"]?["max_session_ttl"] = "31h"
    #expect(try schema.managedHash(of: schema.encode(changed)) != hash)
  }

  @Test func absentAndFalseAreNotTheSameForOptionalBooleans() throws {
    let schema = try #require(role)
    let absent = try schema.managedHash(of: declared([:]))
    let no = try schema.managedHash(of: declared(["options": ["port_forwarding": false]]))
    #expect(absent != no)
    let plain = try schema.managedHash(of: declared(["options": ["forward_agent": false]]))
    #expect(absent == plain)
  }

  @Test(arguments: [
    [0x0a], [0x0a, 0xff, 0xff], [0x00, 0x01], [0x0b], Array(repeating: 0xff, count: 11),
  ])
  func damagedBytesAreAnError(_ bytes: [UInt8]) throws {
    let schema = try #require(role)
    #expect(throws: WireError.self) { try schema.decode(bytes) }
    #expect(throws: WireError.self) { try schema.merge(declared: [], over: bytes) }
  }
}
