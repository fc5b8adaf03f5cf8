/// Why a call to the Teleport auth service failed.
///
/// Match on `code`. Source of the mapping: teleport-wire.md A.7 (Teleport's trace errors as gRPC codes).
public struct TeleportError: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable, CaseIterable {
    case notFound = "NotFound"
    case alreadyExists = "AlreadyExists"
    case permissionDenied = "PermissionDenied"
    /// A lock is in force on the caller or on whom certificates are asked for, and stays until somebody lifts it;
    /// `detail` names its target.
    case locked = "Locked"
    /// A renewable certificate is not the last one that was issued. The server has locked the bot for it.
    case generationMismatch = "GenerationMismatch"
    case invalidArgument = "InvalidArgument"
    /// The revision that a conditional update named is not the server's any more.
    case revisionConflict = "RevisionConflict"
    case unimplemented = "Unimplemented"
    case limitExceeded = "LimitExceeded"
    /// Nobody answers at the address, or the connection broke.
    case unreachable = "Unreachable"
    /// The server's certificate is not signed by a CA that this client trusts.
    case untrustedServer = "UntrustedServer"
    /// The server refused this client's certificate.
    case certificateRejected = "CertificateRejected"
    case deadlineExceeded = "DeadlineExceeded"
    case cancelled = "Cancelled"
    case malformedReply = "MalformedReply"
    /// Anything else that Teleport reports, such as a role that is still in use.
    case refused = "Refused"
  }

  public let code: Code
  /// What was being done: the method or the address.
  public let operation: String
  /// What the server or the transport said, redacted.
  public let detail: String
  /// Whether the server may have carried out the call all the same.
  ///
  /// - Guarantees: false only where the server cannot have seen the call, or has said that it did not carry it out.
  public let mayHaveTakenEffect: Bool

  public init(_ code: Code, operation: String, detail: String) {
    self.init(
      code, operation: operation, detail: detail, mayHaveTakenEffect: Self.isUncertain(code))
  }

  init(_ code: Code, operation: String, detail: String, mayHaveTakenEffect: Bool) {
    self.init(
      code, operation: operation, ownWords: Redaction.redact(detail),
      mayHaveTakenEffect: mayHaveTakenEffect)
  }

  /// - Parameter ownWords: not redacted, so nothing that a server said and nothing secret.
  init(_ code: Code, operation: String, ownWords: String, mayHaveTakenEffect: Bool) {
    self.code = code
    self.operation = operation
    self.detail = ownWords
    self.mayHaveTakenEffect = mayHaveTakenEffect
  }

  public var description: String {
    detail.isEmpty ? "\(operation): \(code.rawValue)" : "\(operation): \(code.rawValue): \(detail)"
  }

  /// Whether the same call may succeed later without anybody changing anything.
  public var isTransient: Bool {
    switch code {
    case .unreachable, .deadlineExceeded, .limitExceeded, .revisionConflict, .cancelled: true
    default: false
    }
  }

  private static func isUncertain(_ code: Code) -> Bool {
    switch code {
    // A reply that cannot be read is a reply all the same.
    case .unreachable, .deadlineExceeded, .cancelled, .malformedReply: true
    default: false
    }
  }
}
