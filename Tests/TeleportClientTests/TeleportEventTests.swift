import TeleportSchema
import Testing

@testable import TeleportClient

@Suite struct TeleportEventTests {
  private func event(_ write: (inout WireWriter) -> Void) throws -> TeleportEvent? {
    var writer = WireWriter()
    write(&writer)
    return try TeleportEvent(writer.bytes)
  }

  @Test func everyKindIsFoundByItsField() throws {
    for schema in ResourceSchema.standard {
      guard let field = schema.eventField else { continue }
      let resource = try schema.encode(["kind": "x", "metadata": ["name": "n"]])
      // The number of the operation may come last.
      let event = try event {
        $0.bytes(field, resource)
        $0.varint(1, 1)
      }
      #expect(event == .put(kind: schema.kind, name: "n", resource: resource))
    }
  }

  @Test func whatIsNotKnownIsNoEvent() throws {
    #expect(
      try event {
        $0.varint(1, 1)
        $0.bytes(999, [])
      } == nil)
    #expect(try event { $0.varint(1, 9) } == nil)
  }

  @Test func theFirstEventSaysWhatWasAccepted() throws {
    #expect(try WatchStatus.acceptedKinds([]) == nil)
    var kind = WireWriter()
    kind.string(1, "role")
    kind.string(5, "sub kind")
    var spec = WireWriter()
    spec.bytes(1, kind.bytes)
    var status = WireWriter()
    status.bytes(5, spec.bytes)
    var event = WireWriter()
    event.bytes(43, status.bytes)
    #expect(try WatchStatus.acceptedKinds(event.bytes) == ["role"])
    #expect(try TeleportEvent(event.bytes) == .initialized)
  }

  @Test func damagedBytesAreAnError() {
    #expect(throws: WireError.self) { try TeleportEvent([0x08, 0x01, 0x4a, 0x02, 0x22, 0x05]) }
    #expect(throws: WireError.self) { try WatchStatus.acceptedKinds([0xda, 0x02, 0x05]) }
  }
}
