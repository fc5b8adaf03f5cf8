/// Something in a document that the schema does not allow, with the path that leads to it.
public struct SchemaIssue: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    case unknownField = "UnknownField"
    case wrongType = "WrongType"
    case invalidValue = "InvalidValue"
    case missingField = "MissingField"
    /// Teleport sets the field; declaring it has no effect.
    case serverManaged = "ServerManaged"
    case unsupportedKind = "UnsupportedKind"
    /// Looks like a reference to a Secret where none are looked up.
    case ignoredReference = "IgnoredReference"
  }

  public let code: Code
  /// As in `spec.allow.rules[0].verbs`.
  public let path: String
  public let message: String

  public init(_ code: Code, at path: String, _ message: String) {
    self.code = code
    self.path = path
    self.message = message
  }

  /// A warning leaves the document usable.
  public var isWarning: Bool { code == .serverManaged || code == .ignoredReference }

  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// All that is wrong with one document.
public struct SchemaError: Error, Hashable, Sendable, CustomStringConvertible {
  public let issues: [SchemaIssue]

  public init(_ issues: [SchemaIssue]) { self.issues = issues }

  public var description: String { issues.map(\.description).joined(separator: "; ") }
}

/// A path in a document under construction.
struct FieldPath {
  var text: String = ""

  func appending(_ name: String) -> FieldPath {
    let isPlain = name.utf8.allSatisfy {
      ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5f
        || $0 == 0x2d
    }
    // Label keys with dots and slashes would read as more path.
    if !isPlain || name.isEmpty { return FieldPath(text: "\(text)[\"\(name)\"]") }
    return FieldPath(text: text.isEmpty ? name : "\(text).\(name)")
  }

  func appending(_ index: Int) -> FieldPath { FieldPath(text: "\(text)[\(index)]") }
}
