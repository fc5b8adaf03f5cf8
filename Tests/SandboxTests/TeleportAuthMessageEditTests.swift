import TeleportSchema
import Testing

@testable import TeleportSandbox

/// Changing one field of a message and nothing else.
@Suite struct TeleportAuthMessageEditTests {
  @Test func setsANestedFieldAndKeepsTheRest() {
    var inner = WireWriter()
    inner.string(1, "name")
    inner.string(99, "unknown")
    var message = WireWriter()
    message.string(1, "role")
    message.bytes(4, inner.bytes)
    message.varint(77, 5)
    var bytes = message.bytes
    bytes.set([4, 8], to: .string("revision"))
    #expect(bytes.string(at: [1]) == "role")
    #expect(bytes.string(at: [4, 1]) == "name")
    #expect(bytes.string(at: [4, 99]) == "unknown")
    #expect(bytes.string(at: [4, 8]) == "revision")
    #expect(bytes.varint(at: [77]) == 5)
  }

  @Test func makesMessagesOnTheWay() {
    var bytes: [UInt8] = []
    bytes.set([5, 1, 25, 1, 1], to: .message(.boolValue(true)))
    #expect(bytes.varint(at: [5, 1, 25, 1, 1, 1]) == 1)
  }

  @Test func defaultIsForAbsentFieldsOnly() {
    var bytes: [UInt8] = []
    bytes.set([3], to: .message(.boolValue(false)))
    bytes.setDefault([3], .message(.boolValue(true)))
    #expect(bytes.message(at: [3]) == [])
    bytes.setDefault([7], .string("command"), .string("network"))
    #expect(bytes.strings(at: [7]) == ["command", "network"])
    bytes.remove([7])
    #expect(!bytes.has([7]))
  }

  @Test func setsOneEntryOfAMap() {
    var bytes: [UInt8] = []
    bytes.setEntry("a", "1", inMapAt: [4, 5])
    bytes.setEntry("b", "2", inMapAt: [4, 5])
    bytes.setEntry("a", "3", inMapAt: [4, 5])
    #expect(bytes.map(at: [4, 5]) == ["a": "3", "b": "2"])
  }

  @Test func labelValuesSurviveARoundTrip() {
    let labels = ["dev": ["a", "b"], "*": ["*"], "none": []]
    #expect(LabelValues.decode(LabelValues.encode(labels)) == labels)
  }

  @Test func unsetTimesAreTheYearOne() {
    #expect(TimestampMessage.decode(TimestampMessage.unset) == nil)
    #expect(
      TimestampMessage.decode(TimestampMessage.encode(seconds: 5, nanoseconds: 500_000_000)) == 5.5)
  }
}
