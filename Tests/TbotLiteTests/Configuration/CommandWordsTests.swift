import Testing

@testable import tbot_lite

@Suite struct CommandWordsTests {
  @Test(arguments: [
    ("", []), ("  ", []), ("a", ["a"]), (" a  b\tc\n", ["a", "b", "c"]), ("'a b'", ["a b"]),
    ("a'b c'd", ["ab cd"]), ("\"a 'b'\"", ["a 'b'"]), ("''", [""]), ("a ''", ["a", ""]),
    ("\"\\\"\\\\\\x\"", ["\"\\\\x"]), ("a\\ b \\'", ["a b", "'"]), ("$HOME *", ["$HOME", "*"]),
    ("'\\'", ["\\"]), ("ü 'é'", ["ü", "é"]),
  ])
  func splits(text: String, words: [String]) {
    #expect(CommandWords.split(text) == words)
  }

  @Test(arguments: ["'", "a \"b", "a\\", "'a' \"b'"])
  func refusesWhatIsNotClosed(text: String) {
    #expect(CommandWords.split(text) == nil)
  }

  @Test(arguments: [[], [""], ["a", "b c"], ["\"", "\\", "'", "$x", "a\nb"]])
  func joinIsItsReverse(words: [String]) {
    #expect(CommandWords.split(CommandWords.join(words)) == words)
  }
}
