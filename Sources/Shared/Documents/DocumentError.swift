/// Why a text could not be read as a document.
public struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The text is not well-formed YAML or JSON.
    case malformed
    /// Nesting, aliases or size go beyond what a resource can need.
    case tooLarge
    /// The same key stands twice in one mapping.
    case duplicateKey
    /// Well-formed, but a form that is not accepted here, such as a non-string mapping key.
    case unsupported
  }

  public let code: Code
  public let message: String
  /// Where, counted from 1; nil where the parser cannot say.
  public let line: Int?

  public init(_ code: Code, _ message: String, line: Int? = nil) {
    self.code = code
    self.message = message
    self.line = line
  }

  public var description: String {
    line.map { "line \($0): \(message)" } ?? message
  }

  static func nestedTooDeeply(line: Int) -> DocumentError {
    DocumentError(.tooLarge, "nested too deeply or too large", line: line)
  }
}
