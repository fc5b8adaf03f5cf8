/// Why references in a spec cannot be resolved. Names fields, Secrets and keys, never a value.
struct SecretReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
  enum Code: String, Sendable {
    /// The text begins like a reference but is none.
    case malformed = "Malformed"
    case secretNotFound = "SecretNotFound"
    /// The Secret lacks the annotation.
    case notOptedIn = "NotOptedIn"
    /// The Secret has the annotation, but for others.
    case notAllowed = "NotAllowed"
    case keyNotFound = "KeyNotFound"
    case empty = "Empty"
    case notUTF8 = "NotUTF8"
    /// The service account may not read the Secret.
    case forbidden = "Forbidden"
    /// Kubernetes could not be asked.
    case unavailable = "Unavailable"
  }

  struct Issue: Hashable, Sendable, CustomStringConvertible {
    let code: Code
    /// As in `spec.client_secret`.
    let path: String
    let message: String

    var description: String { "\(path): \(message)" }
  }

  /// In the order of the fields; at least one.
  let issues: [Issue]

  /// Whether it can pass without a change of the object. Secrets are not watched, so it takes another try to find out.
  var isRetryable: Bool { !issues.contains { $0.code == .malformed } }

  var description: String { issues.map(\.description).joined(separator: "; ") }
}
