import Glibc

/// Standard output, written at once: `print` keeps text back where the output is no terminal.
enum Output {
  static func print(_ text: String, terminator: String = "\n") { write(text + terminator, to: 1) }

  static func printError(_ text: String) { write(text + "\n", to: 2) }

  /// Whether to use colour: on a terminal, unless NO_COLOR asks not to.
  static var hasColour: Bool { isatty(1) == 1 && getenv("NO_COLOR") == nil }

  enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case bold = "1"
    case none = ""
  }

  /// The text in a colour, where there is to be any.
  static func coloured(_ text: String, _ colour: Colour, _ hasColour: Bool = hasColour) -> String {
    hasColour && colour != .none ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
