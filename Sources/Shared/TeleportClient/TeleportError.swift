/// Why a call to the Teleport auth service failed.
///
/// Match on `code`. Source of the mapping: teleport-wire.md A.7 (Teleport's trace errors as gRPC codes).
public struct TeleportError: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable, CaseIterable {
    case notFound = "NotFound"
    case alreadyExists = "AlreadyExists"
    case permissionDenied = "PermissionDenied"
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

  public init(_ code: Code, operation: String, detail: String) {
    self.code = code
    self.operation = operation
    self.detail = Redaction.redact(detail)
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

  /// Whether the server may have carried out the call all the same.
  public var mayHaveTakenEffect: Bool {
    code == .unreachable || code == .deadlineExceeded || code == .cancelled
  }
}
