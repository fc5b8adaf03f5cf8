/// Why credentials could not be read, made or published.
public struct CredentialsError: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// Something is not there yet and may come: wait and try again.
    case notReady
    /// A file or directory cannot be read or written, for reasons that a person has to look at.
    case inaccessible
    /// Another process holds the directory: two may not share a renewable identity.
    case inUse
    /// Present, but not what it should be.
    case malformed
    /// Key and certificate do not belong together.
    case mismatch
    /// Past its end, or before its beginning.
    case expired
  }

  public let code: Code
  /// What, where, and what to do. Never contains key material.
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
