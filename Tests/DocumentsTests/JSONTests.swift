import Documents
import Testing

@Suite struct JSONTests {
  private func read(_ text: String) throws(DocumentError) -> JSONValue {
    try JSONValue(json: text.utf8)
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("1.0", 1), ("1e3", 1000), ("-2.50e1", -25), ("1E+2", 100),
      ("0e99999", 0),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("12345678901234567.0", 12_345_678_901_234_567), ("9223372036854775808", .number(0x1p63)),
      ("0.1", 0.1), ("1.5e-3", 0.0015), ("1e300", 1e300), ("-1e-7", -1e-7),
    ] as [(String, JSONValue)])
  func numbersKeepTheirValue(text: String, value: JSONValue) throws {
    #expect(try read(text) == value)
    #expect(try read(" [\(text) , \(text)] ") == [value, value])
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u0000\uFFFD""#, "é\0\u{FFFD}"),
    (#""\ud83d\ude00x\uDBFF\uDFFF""#, "😀x\u{10FFFF}"),
    ("\"é€😀\u{7f}\u{2028}\"", "é€😀\u{7f}\u{2028}"),
  ])
  func stringsAreUnescaped(text: String, value: String) throws {
    #expect(try read(text) == .string(value))
    #expect(try read("{\(text):1}") == .object([value: 1]))
  }

  @Test(arguments: [
    "", " ", "tru", "truex", "nul", "1 2", "01", "-", "1.", ".5", "1e", "+1", "0x1", "nan", "1e400",
    "[", "]", "[1,]", "[,1]", "[1 2]", "{", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
    "{\"a\":1 \"b\":2}", "{1:2}", "[1}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"",
    "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\u{1}\"", "\"a\nb\"", "'a'", "// x\n1",
    "[1]]", "{}{}", "\"\\", "\"\\\"", "[\"\\u004\"]",
  ])
  func whatIsNotJSONIsRefused(text: String) {
    let error = #expect(throws: DocumentError.self) { try read(text) }
    #expect(error?.code == .malformed)
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0xAF, 0x22],
      [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x31, 0, 0x32, 0],
    ] as [[UInt8]])
  func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
    #expect(throws: DocumentError.self) { try JSONValue(json: bytes) }
  }

  @Test func aByteOrderMarkIsPassedOver() throws {
    #expect(try JSONValue(json: [0xEF, 0xBB, 0xBF, 0x31]) == 1)
  }

  @Test func nestingIsLimited() throws {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let deep = { String(repeating: open, count: $0) + "1" + String(repeating: close, count: $0) }
      #expect(throws: Never.self) { try read(deep(512)) }
      let error = #expect(throws: DocumentError.self) { try read(deep(513)) }
      #expect(error?.code == .tooLarge)
      #expect(throws: DocumentError.self) { try read(String(repeating: open, count: 1_000_000)) }
    }
    // Many, but not in each other.
    let wide = "[" + Array(repeating: "[[]]", count: 2000).joined(separator: ",") + "]"
    #expect(try read(wide).array?.count == 2000)
  }

  @Test func ofTwoMembersOfOneNameTheLaterCounts() throws {
    #expect(try read(#"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
  }

  @Test func membersAreSortedByTheirBytes() {
    let value: JSONValue = [
      "b": 1, "B": 2, "a10": 3, "a9": 4, "é": 5, "": 6, "\u{FFFD}": 7, "😀": 8,
    ]
    #expect(
      value.jsonText == "{\"\":6,\"B\":2,\"a10\":3,\"a9\":4,\"b\":1,\"é\":5,\"\u{FFFD}\":7,\"😀\":8}"
    )
  }

  @Test func numbersThatJSONDoesNotHaveAreNull() {
    #expect(JSONValue.array([.number(.nan), .number(.infinity)]).jsonText == "[null,null]")
  }
}
