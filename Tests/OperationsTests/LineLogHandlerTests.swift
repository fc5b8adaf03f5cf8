import FoundationEssentials
import Logging
import Operations
import Testing

@Suite struct LineLogHandlerTests {
  /// A text line without its time.
  private func text(_ message: Logger.Message, _ metadata: Logger.Metadata = [:]) throws -> String {
    let lines = LogLines()
    lines.logger().warning(message, metadata: metadata)
    #expect(lines.all.count == 1)
    let line = try #require(lines.all.first)
    let space = try #require(line.firstIndex(of: " "))
    let time = String(line[..<space])
    #expect(throws: Never.self) {
      try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(time)
    }
    return String(line[line.index(after: space)...])
  }

  @Test func aTextLineHasLevelMessageAndSortedFields() throws {
    #expect(
      try text("published", ["user": "bot-x", "roles": "a,b"])
        == "WARNING published roles=a,b user=bot-x\n")
  }

  @Test(arguments: [
    ("plain-value/1.2:3", "k=plain-value/1.2:3"),
    ("", #"k="""#),
    ("two words", #"k="two words""#),
    ("a=b", #"k="a=b""#),
    (#"say "hi""#, #"k="say \"hi\"""#),
    (#"back\slash"#, #"k="back\\slash""#),
    ("one\ntwo", #"k="one\ntwo""#),
    ("one\r\ntwo", #"k="one\r\ntwo""#),
    ("tab\there", #"k="tab\there""#),
    ("\u{1b}[31mred", #"k="\u{1b}[31mred""#),
    ("next\u{85}line\u{2028}sep", #"k="next\u{85}line\u{2028}sep""#),
    ("quote\"\u{301}mark", "k=\"quote\\\"\u{301}mark\""),
    ("größe", "k=größe"),
  ])
  func valuesAreQuotedAndEscaped(value: String, expected: String) throws {
    #expect(try text("m", ["k": .string(value)]) == "WARNING m \(expected)\n")
  }

  @Test(arguments: ["a\nb", "a\r\nb", "a\rb", "a\u{0B}b", "a\u{85}b", "a\u{2029}b"])
  func aMessageNeverBreaksItsLine(message: String) throws {
    let line = try text("\(message)")
    #expect(line.hasSuffix("\n"))
    #expect(!line.dropLast().unicodeScalars.contains { $0.properties.isWhitespace && $0 != " " })
  }

  @Test func jsonLinesAreObjectsOfOneLine() throws {
    let lines = LogLines()
    lines.logger(.json).error("it \"broke\"\r\nbadly", metadata: ["path": "/a/b", "why": "x\ny"])
    let line = try #require(lines.all.first)
    #expect(line.hasSuffix("}\n"))
    #expect(line.utf8.count { $0 == 0x0a } == 1)
    #expect(line.contains(#""path":"/a/b""#))
    var object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
    #expect(object.removeValue(forKey: "time") != nil)
    #expect(
      object == [
        "level": "error", "logger": "test", "message": "it \"broke\"\r\nbadly", "path": "/a/b",
        "why": "x\ny",
      ])
  }

  @Test func entriesBelowTheLevelAreDropped() {
    let lines = LogLines()
    let logger = lines.logger(level: .notice)
    logger.info("no")
    logger.notice("yes")
    #expect(lines.all.count == 1)
  }

  @Test func theLoggersOwnMetadataIsThereAndTheEntrysWins() {
    let lines = LogLines()
    var logger = lines.logger()
    logger[metadataKey: "a"] = "1"
    logger[metadataKey: "b"] = "1"
    logger.info("m", metadata: ["b": "2"])
    #expect(lines.all.first?.hasSuffix("INFO    m a=1 b=2\n") == true)
  }

  @Test(arguments: [
    ("WARN", Logger.Level.warning), ("Warning", .warning), ("ERROR", .error), ("fatal", .critical),
    ("DEBUG", .debug), ("info", .info),
  ])
  func levelsAreReadByTheNamesOfBothWorlds(name: String, level: Logger.Level) {
    #expect(Logger.Level(name: name) == level)
  }

  @Test func otherLevelsAreNone() {
    #expect(Logger.Level(name: "loud") == nil)
    #expect(Logger.Level(name: "") == nil)
  }
}
