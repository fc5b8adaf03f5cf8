import Documents
import SandboxFaults
import Testing

/// Whatever the text, the parser ends soon, and with a value or an error.
@Suite struct YAMLFuzzTests {
  private static let seeds = [
    """
    version: v2
    onboarding: {token: "a\\u00fc\\n", ca_pins: ['x''y', ~, 0x1f, -1.5e3]}
    outputs: &all
    - type: identity
      roles: [a, b]
      text: |-
        one
          two
      folded: >+
        three

    - *all2
    services: &all2 [1, 2]
    ? key
    : value
    %TAG
    """,
    "a: &a [x, *a, {b: *a}]\n--- # next\n...\n{\"json\": [true, null, 1e5, \"\\/\"]}\n",
    "apiVersion: v1\nitems:\n- {k: v}\n- - - nested\n    - ü€𝄞\n- !!str 12\n- !<tag:x> {}\n\"q\": 'r'\n",
  ]

  /// Both trees of a text, or the error of both: they come from one reader.
  private func read(_ text: String) {
    do throws(DocumentError) {
      let value = try JSONValue(yaml: text)
      #expect(try YAMLNode(yaml: text).value == value)
    } catch {
      let other = #expect(throws: DocumentError.self) { try YAMLNode(yaml: text) }
      #expect(other == error)
    }
  }

  @Test func truncatedAtEveryByte() {
    for seed in Self.seeds {
      let bytes = Array(seed.utf8)
      for length in bytes.indices { read(String(decoding: bytes[..<length], as: UTF8.self)) }
    }
  }

  @Test(arguments: 1...4) func mutated(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let marks = Array("&*!|>'\"%@`{}[],:?-#~<=\n\r\t \u{0}\u{85}\u{2028}\u{feff}\\ \u{7f}".utf8)
    for _ in 0..<400 {
      guard let chosen = Self.seeds.randomElement(using: &random) else { return }
      var bytes = Array(chosen.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let mark = marks.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = mark
        case 1: bytes.insert(mark, at: place)
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
        default:
          let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
          bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        }
      }
      read(String(decoding: bytes, as: UTF8.self))
    }
  }

  // MARK: - Depth

  private static let deep: [String] = [
    String(repeating: "[", count: 50_000), String(repeating: "{a: ", count: 20_000),
    String(repeating: "- ", count: 20_000) + "x", String(repeating: "? ", count: 20_000) + "x",
    String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
    (0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    String(repeating: "&a ", count: 20_000), String(repeating: "!t ", count: 20_000),
    String(repeating: "\"", count: 50_001), String(repeating: "'", count: 50_001),
    String(repeating: ": ", count: 20_000), String(repeating: "\n", count: 200_000) + "[",
    String(repeating: "--- [\n", count: 5000),
  ]

  @Test(.timeLimit(.minutes(1)), arguments: deep.indices)
  func whatIsNestedTooDeeplyIsRefusedSoon(index: Int) {
    let start = ContinuousClock.now
    let text = Self.deep[index]
    #expect(throws: DocumentError.self) { try YAMLNode(yaml: text) }
    #expect(start.duration(to: .now) < .seconds(2))
  }

  @Test func nestingUpToTheLimitIsRead() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try YAMLNode(yaml: nested(65))
    let error = #expect(throws: DocumentError.self) { try YAMLNode(yaml: nested(66)) }
    #expect(error?.code == .tooLarge)
  }

  /// Each level is shallow, but leads to the one before: walking the tree would run out of stack.
  @Test func aliasesCannotAddUpToMoreDepth() {
    var text = "a0: &a0 x\n"
    for level in 1...400 {
      let open = String(repeating: "[", count: 30)
      let close = String(repeating: "]", count: 30)
      text += "a\(level): &a\(level) \(open)*a\(level - 1)\(close)\n"
    }
    let error = #expect(throws: DocumentError.self) { try JSONValue(yaml: text) }
    #expect(error?.code == .tooLarge)
  }

  // MARK: - Aliases

  private static let bombs: [String] = [
    (1...9).reduce("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n") { text, level in
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      return text + "a\(level): &a\(level) [\(items)]\n"
    },
    (1...60).reduce("a0: &a0 {k: x}\n") { text, level in
      text + "a\(level): &a\(level) {l: *a\(level - 1), r: *a\(level - 1)}\n"
    },
    "a: &a [" + String(repeating: "x,", count: 2000) + "]\nb: ["
      + String(repeating: "*a,", count: 2000) + "]",
    // An anchor that is set anew each time.
    "- &a [x, x]\n" + String(repeating: "- &a [*a, *a]\n", count: 60),
  ]

  @Test(arguments: bombs.indices) func aliasesThatExplodeAreRefusedSoon(index: Int) {
    let start = ContinuousClock.now
    let error = #expect(throws: DocumentError.self) { try YAMLNode(yaml: Self.bombs[index]) }
    #expect(error?.code == .tooLarge)
    #expect(start.duration(to: .now) < .seconds(2))
  }

  @Test func whatStaysBelowTheLimitIsReadSoon() throws {
    let text =
      "a: &a [" + String(repeating: "x,", count: 990) + "]\nb: ["
      + String(repeating: "*a,", count: 900) + "]"
    let start = ContinuousClock.now
    #expect(try JSONValue(yaml: text)["b"]?.array?.count == 900)
    #expect(start.duration(to: .now) < .seconds(2))
  }

  @Test func anAliasOfItselfIsUnknown() {
    let error = #expect(throws: DocumentError.self) { try YAMLNode(yaml: "a: &a [*a]") }
    #expect(error == DocumentError(.malformed, "unknown alias *a", line: 1))
  }
}
