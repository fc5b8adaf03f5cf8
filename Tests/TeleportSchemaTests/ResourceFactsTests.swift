import Documents
import Testing

@testable import TeleportSchema

@Suite struct ResourceFactsTests {
  private func role(_ labels: JSONValue) throws -> [UInt8] {
    try #require(ResourceSchema.named("role")).encode([
      "kind": "role", "version": "v7", "spec": ["allow": ["logins": ["root"]]],
      "metadata": [
        "name": "a name that does not fit into a short string", "revision": "rev-1",
        "labels": labels,
      ],
    ])
  }

  @Test func keepsWhatDecisionsDependOn() throws {
    let facts = try ResourceFacts(
      role([
        "teleport.dev/origin": "kubernetes", "teleport.dev/owner": "default/a", "team": "a",
        "teleport.internal/x": "y", "teleport.dev": "no", "teleport.dev/empty": "",
      ]))
    #expect(facts.name == "a name that does not fit into a short string")
    #expect(facts.version == "v7" && facts.revision == "rev-1")
    #expect(facts.origin == "kubernetes" && facts.isOwnedByKubernetes)
    #expect(
      facts.labels == [
        "teleport.dev/origin": "kubernetes", "teleport.dev/owner": "default/a",
        "teleport.dev/empty": "",
      ])
    #expect(facts.label("teleport.dev/owner") == "default/a")
    #expect(facts.label("teleport.dev/none") == nil)
  }

  @Test func nothingIsNothing() throws {
    let facts = try ResourceFacts([])
    #expect(facts.name == "" && facts.version == "" && facts.revision == "")
    #expect(facts.origin == nil && !facts.isOwnedByKubernetes && facts.labels == [:])
  }

  @Test func theOrderOfTheEncodingDoesNotMatter() throws {
    func label(_ key: String, _ value: String) -> [UInt8] {
      var entry = WireWriter()
      entry.string(1, key)
      entry.string(2, value)
      var label = WireWriter()
      label.bytes(5, entry.bytes)
      return label.bytes
    }
    func resource(_ parts: [[UInt8]]) -> [UInt8] {
      var writer = WireWriter()
      // A message may come in pieces.
      for part in parts { writer.bytes(4, part) }
      return writer.bytes
    }
    let a = label("teleport.dev/a", "1")
    let b = label("teleport.dev/b", "2")
    let facts = try ResourceFacts(resource([a + b]))
    #expect(try ResourceFacts(resource([b, a])) == facts)
    #expect(try ResourceFacts(resource([label("teleport.dev/a", "old") + b, a])) == facts)
    #expect(try ResourceFacts(resource([a + label("teleport.dev/b", "3")])) != facts)
  }

  @Test func damagedBytesAreAnError() {
    #expect(throws: WireError.self) { try ResourceFacts([0x22, 0x03, 0x2a, 0x02, 0x0a]) }
    #expect(throws: WireError.self) { try ResourceFacts([0x22, 0x03, 0x2a, 0x01, 0x0a]) }
  }
}
