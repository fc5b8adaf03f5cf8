extension JSONValue {
  /// This value as a YAML document in block style, two spaces an indent, ending with a newline.
  ///
  /// Keys are sorted, except that `first` names those that come first, in its order, at every level:
  /// people look for `kind` above `spec`.
  public func yamlText(
    keysFirst first: [String] = ["apiVersion", "kind", "sub_kind", "version", "metadata", "name"]
  ) -> String {
    var writer = YAMLWriter(keysFirst: first)
    writer.write(self, indent: 0, afterKey: false)
    return writer.text
  }
}

private struct YAMLWriter {
  let keysFirst: [String]
  var text = ""

  mutating func write(_ value: JSONValue, indent: Int, afterKey: Bool) {
    switch value {
    case .object(let members) where !members.isEmpty:
      if afterKey { text += "\n" }
      for (index, key) in ordered(members.keys).enumerated() {
        // A mapping inside a list begins on the line of its dash.
        if afterKey || index > 0 || indent == 0 || text.last == "\n" { pad(indent) }
        text += scalar(key) + ":"
        write(members[key] ?? .null, indent: indent + 2, afterKey: true)
      }
    case .array(let items) where !items.isEmpty:
      if afterKey { text += "\n" }
      // Lists stand at the indent of their key, as in most manifests.
      let own = afterKey ? indent - 2 : indent
      for (index, item) in items.enumerated() {
        if afterKey || index > 0 || text.last == "\n" { pad(own) }
        text += "- "
        write(item, indent: own + 2, afterKey: false)
      }
    default:
      if afterKey { text += " " }
      text += leaf(value, indent: indent) + "\n"
    }
  }

  private mutating func pad(_ indent: Int) {
    text += String(repeating: " ", count: indent)
  }

  private func ordered(_ keys: some Collection<String>) -> [String] {
    keys.sorted {
      let left = keysFirst.firstIndex(of: $0) ?? Int.max
      let right = keysFirst.firstIndex(of: $1) ?? Int.max
      return left == right ? $0 < $1 : left < right
    }
  }

  private func leaf(_ value: JSONValue, indent: Int) -> String {
    switch value {
    case .string(let string):
      let lines = string.split(separator: "\n", omittingEmptySubsequences: false)
      // A text of several lines stays readable as a literal block.
      let isBlock =
        lines.count > 2 && string.hasSuffix("\n") && !string.hasSuffix("\n\n")
        && lines.allSatisfy { $0.first != " " && $0.utf8.allSatisfy { $0 >= 0x20 } }
      guard isBlock else { return scalar(string) }
      let padding = String(repeating: " ", count: max(indent, 2))
      return "|\n" + lines.dropLast().map { $0.isEmpty ? "" : padding + $0 }.joined(separator: "\n")
    case .object: return "{}"
    case .array: return "[]"
    default: return value.jsonText
    }
  }

  /// JSON's string form is YAML's double-quoted form.
  private func scalar(_ string: String) -> String {
    YAMLScalar.isSafePlain(string) ? string : JSONValue.string(string).jsonText
  }
}
