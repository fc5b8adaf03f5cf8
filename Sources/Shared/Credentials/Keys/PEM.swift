/// PEM blocks in a text.
public enum PEM {
  private static let begin = "-----BEGIN "
  private static let end = "-----END "

  /// Each block from its BEGIN to its END line, with a newline at its end; what stands between is dropped, and so is a
  /// block that does not end as it began.
  public static func blocks(_ text: String, label: String? = nil) -> [String] {
    var blocks: [String] = []
    var current: [Substring]?
    for line in lines(text) {
      if line.hasPrefix(begin) {
        current = [line]
      } else if line.hasPrefix(end), let lines = current {
        let name = line.dropFirst(end.count)
        let isWanted = label.map { name == "\($0)-----" } ?? true
        if isWanted, lines[0].dropFirst(begin.count) == name {
          blocks.append((lines + [line]).joined(separator: "\n") + "\n")
        }
        current = nil
      } else if line.hasPrefix("-----") {
        current = nil
      } else {
        current?.append(line)
      }
    }
    return blocks
  }

  /// Lines that are not empty, however they end.
  static func lines(_ text: String) -> [Substring] {
    // Bytes, for speed: no other character's encoding contains these.
    text.utf8.split { $0 == 0x0a || $0 == 0x0d }.map(Substring.init)
  }
}
