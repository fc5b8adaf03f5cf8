/// Why a Kubernetes configuration cannot be used.
///
/// The text names the file, the entry and the field, and says what to do. It never holds a credential.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// Neither a kubeconfig nor a service account was found.
    case notFound
    /// A file that the configuration names cannot be read.
    case unreadable
    /// A file or a field has the wrong form.
    case malformed
    /// No context was named and the kubeconfig has no `current-context`.
    case noContext
    /// The context is not in the kubeconfig.
    case unknownContext
    /// An entry that another one names, or a field that must be there, is missing.
    case incomplete
    /// A form that this client does not support, such as an exec plugin.
    case unsupported
    /// A certificate or key cannot be used, or the two do not belong together.
    case badCertificate
  }

  public let code: Code
  /// What is wrong, and where.
  public let message: String
  /// What to do about it.
  public let remedy: String

  public init(_ code: Code, _ message: String, remedy: String) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  public var description: String { "\(message); \(remedy)" }
}
