import Documents
import Testing

@Suite struct YAMLNodeTests {
  private static let text = """
    # a comment
    a: 1
    b:
      - x
      - {c: 007, d: [yes]}

    e: &anchor
      f: |
        text
    g: *anchor
    """

  @Test func everyPartKnowsItsLine() throws {
    let node = try YAMLNode(yaml: Self.text)
    guard case .mapping(let members) = node.content else {
      Issue.record("not a mapping")
      return
    }
    #expect(node.line == 2)
    #expect(members.map(\.key) == ["a", "b", "e", "g"])
    #expect(members.map(\.line) == [2, 3, 7, 10])
    #expect(members.map(\.node.line) == [2, 4, 7, 7])
    guard case .sequence(let items) = members[1].node.content,
      case .mapping(let inner) = items[1].content
    else {
      Issue.record("not a list of a mapping")
      return
    }
    #expect(items.map(\.line) == [4, 5])
    #expect(inner.map(\.key) == ["c", "d"])
    #expect(inner[0].node.content == .scalar(7, text: "007"))
  }

  @Test func itsValueIsWhatJSONValueReads() throws {
    #expect(try YAMLNode(yaml: Self.text).value == JSONValue(yaml: Self.text))
    #expect(try YAMLNode(yaml: "").value == .null)
    #expect(try YAMLNode(yaml: "# nothing").isNull)
    #expect(try YAMLNode(yaml: "[1]").typeName == "a list")
    #expect(try YAMLNode(yaml: "{}").typeName == "an object")
    #expect(try YAMLNode(yaml: "'1'").typeName == "a string")
  }

  @Test(arguments: ["a: [1", "a: 1\na: 2", "<<: 1", "? [a]\n: 1", "a: *b", "a\n---\nb"])
  func itRefusesWhatJSONValueRefuses(text: String) {
    let error = #expect(throws: DocumentError.self) { try YAMLNode(yaml: text) }
    let other = #expect(throws: DocumentError.self) { try JSONValue(yaml: text) }
    #expect(error == other)
    #expect(error?.line != nil)
  }

  @Test func suggestsWhatIsNear() {
    #expect(Suggestion.text("tokn", ["path", "token"]) == "; did you mean token?")
    #expect(Suggestion.text("Token", ["token"]) == "; did you mean token?")
    #expect(Suggestion.text("nmae", ["path", "name"]) == "; did you mean name?")
    #expect(Suggestion.text("zzz", ["path", "token"]) == "")
    #expect(Suggestion.text("x", []) == "")
  }
}
