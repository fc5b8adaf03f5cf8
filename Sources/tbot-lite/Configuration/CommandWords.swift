/// Splits a command into its words, as a shell would, but runs no shell: nothing is expanded.
enum CommandWords {
  /// Single quotes keep everything, double quotes everything but `\"` and `\\`; outside, `\` keeps the next character.
  ///
  /// - Returns: nil where a quote is not closed or a `\` stands at the end.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      switch (character, quote) {
      case (let character, .some(let open)) where character == open: quote = nil
      case ("\\", .some("\"")) where rest.first == "\"" || rest.first == "\\":
        rest.popFirst().map { word = (word ?? "") + String($0) }
      case ("\\", nil):
        guard let next = rest.popFirst() else { return nil }
        word = (word ?? "") + String(next)
      case ("'", nil), ("\"", nil):
        quote = character
        word = word ?? ""
      case (" ", nil), ("\t", nil), ("\n", nil):
        word.map { words.append($0) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if quote != nil { return nil }
    word.map { words.append($0) }
    return words
  }

  /// The command that `split` turns into these words.
  static func join(_ words: [String]) -> String {
    words.map { word in
      "\"" + word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }.joined(separator: " ")
  }
}
