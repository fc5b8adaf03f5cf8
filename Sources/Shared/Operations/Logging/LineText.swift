/// Text that stays on one line and does nothing to a terminal.
///
/// Works on Unicode scalars: a line break of two ("\r\n") and a quote with a combining mark are one `Character` each.
enum LineText {
  /// Line breaks and control characters as escapes; in quotes also quotes and backslashes.
  static func escape(_ text: String, inQuotes: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\\" where inQuotes, "\"" where inQuotes: result += "\\\(scalar)"
      case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The value of `key=value`, in quotes where it needs them.
  static func value(_ text: String) -> String {
    let escaped = escape(text, inQuotes: true)
    let isPlain =
      !text.isEmpty && escaped.utf8.elementsEqual(text.utf8)
      && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "=" }
    return isPlain ? text : "\"\(escaped)\""
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
