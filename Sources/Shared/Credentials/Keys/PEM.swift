/// PEM blocks in a text.
public enum PEM {
  /// Each block from its BEGIN to its END line, with a newline at its end; what stands between is dropped.
  public static func blocks(_ text: String, label: String? = nil) -> [String] {
    var blocks: [String] = []
    var current: [Substring]?
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("-----BEGIN ") { current = [] }
      current?.append(line)
      if line.hasPrefix("-----END "), let lines = current {
        let isWanted = label.map { line == "-----END \($0)-----" } ?? true
        if isWanted { blocks.append(lines.joined(separator: "\n") + "\n") }
        current = nil
      }
    }
    return blocks
  }
}
