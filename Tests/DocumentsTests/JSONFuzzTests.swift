import Documents
import SandboxFaults
import Testing

/// Our JSON against Foundation's.
@Suite struct JSONFuzzTests {
  private static let pieces: [String] = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\n", "a",
    "é", "😀",
    "1", "0", "-", ".", "e", "E+", "true", "false", "null", " ", "\n", "\t", "\u{1}", "\"a\":",
    "\"b\"", "1.50",
    "-12e2", "123456789012345678901",
  ]

  private static func string(_ dice: inout SeededGenerator) -> String {
    let parts = [
      "a", "Z", "é", "😀", "\"", "\\", "/", "\n", "\u{0}", "\u{1f}", "\u{7f}", "\u{2028}", " ",
    ]
    return (0..<Int.random(in: 0..<8, using: &dice))
      .map { _ in parts.randomElement(using: &dice) ?? "" }.joined()
  }

  private static func value(_ dice: inout SeededGenerator, depth: Int = 0) -> JSONValue {
    switch Int.random(in: 0..<(depth > 4 ? 6 : 9), using: &dice) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &dice))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &dice))
    case 3: return .integer(Int64.random(in: -100...100, using: &dice))
    case 4:
      // Of whole doubles the type would not survive.
      return .number(Double(Int64.random(in: -4096...4096, using: &dice)) * 0.125 + 0.0625)
    case 5, 6: return .string(string(&dice))
    case 7:
      return .array(
        (0..<Int.random(in: 0..<5, using: &dice)).map { _ in value(&dice, depth: depth + 1) })
    default:
      return .object(
        Dictionary(
          (0..<Int.random(in: 0..<5, using: &dice)).map { _ in
            (string(&dice), value(&dice, depth: depth + 1))
          }
        ) { $1 })
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func bothWriteAndReadTheSame(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    let value = Self.value(&dice)
    #expect(value.jsonText == (try FoundationJSON(value).text(pretty: false)))
    #expect(value.prettyJSONText == (try FoundationJSON(value).text(pretty: true)))
    #expect(try JSONValue(json: value.jsonBytes) == value)
    #expect(try JSONValue(json: value.prettyJSONText.utf8) == value)
    #expect(FoundationJSON(value.jsonBytes)?.value == value)
  }

  /// Whatever the text: where we read something Foundation reads the same. It alone takes a comma at the end.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func noTextIsReadAsSomethingElse(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      var text = Array(Self.value(&dice).jsonBytes)
      for _ in 0..<Int.random(in: 0..<3, using: &dice) {
        let piece = Array((Self.pieces.randomElement(using: &dice) ?? "").utf8)
        let place = Int.random(in: 0...text.count, using: &dice)
        let end = min(text.count, place + Int.random(in: 0..<3, using: &dice))
        text.replaceSubrange(place..<end, with: piece)
      }
      let ours = try? JSONValue(json: text)
      let theirs = FoundationJSON(text)?.value
      let shown = String(decoding: text, as: UTF8.self)
      if let ours {
        #expect(
          theirs.map(Self.roundedToo) == Self.roundedToo(ours) || Self.hasTwins(text), "\(shown)")
      } else {
        #expect(theirs == nil || Self.hasTrailingComma(text), "\(shown)")
      }
    }
  }

  /// Foundation takes what a double rounds to a whole number for one.
  private static func roundedToo(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number(let number): Int64(exactly: number).map { .integer($0) } ?? value
    case .array(let elements): .array(elements.map(roundedToo))
    case .object(let members): .object(members.mapValues(roundedToo))
    default: value
    }
  }

  private static func hasTrailingComma(_ text: [UInt8]) -> Bool {
    let dense = text.filter { ![0x20, 0x0A, 0x09].contains($0) }
    return zip(dense, dense.dropFirst()).contains {
      $0 == UInt8(ascii: ",") && ($1 == UInt8(ascii: "]") || $1 == UInt8(ascii: "}"))
    }
  }

  /// Of two members of one name Foundation takes the first and we the last; written again, both are one.
  private static func hasTwins(_ text: [UInt8]) -> Bool {
    guard let ours = try? JSONValue(json: text) else { return false }
    return ours.jsonBytes.count(where: { $0 == UInt8(ascii: ":") })
      < text.count(where: { $0 == UInt8(ascii: ":") })
  }
}
