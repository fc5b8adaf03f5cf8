/// Removes from a server's text what could be a secret, before people see it.
enum Redaction {
  static let maximumLength = 512

  /// One line of at most `maximumLength` characters, without PEM blocks and without long runs of the characters
  /// that keys, tokens and hashes are made of.
  static func redact(_ text: String) -> String {
    var result = ""
    var run = ""
    var rest = Substring(text)
    if let begin = rest.firstRange(of: "-----BEGIN ") {
      rest = rest[..<begin.lowerBound] + "***"
    }
    for character in rest.prefix(4 * maximumLength) {
      if isTokenCharacter(character) {
        run.append(character)
      } else {
        result += finish(run)
        run = ""
        result.append(character.isNewline ? " " : character)
      }
    }
    result += finish(run)
    return result.count > maximumLength ? result.prefix(maximumLength) + "…" : result
  }

  private static func finish(_ run: String) -> String {
    isSecret(run) ? "***" : run
  }

  private static func isSecret(_ run: String) -> Bool {
    // Teleport makes join tokens of 16 bytes.
    if run.count >= 32, run.allSatisfy(\.isHexDigit) { return true }
    // Names have separators and words; 40 characters without any are no name. A UUID has 36.
    guard run.count >= 40 else { return false }
    if !run.contains("-" as Character), !run.contains("_" as Character) { return true }
    // Base64url has separators too, and everything else mixed.
    return run.contains(where: \.isUppercase) && run.contains(where: \.isLowercase)
      && run.contains(where: \.isNumber)
  }

  private static func isTokenCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "+/=-_".contains(character))
  }
}
