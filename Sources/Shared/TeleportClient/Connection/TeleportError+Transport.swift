import GRPCCore

extension TeleportError {
  /// What an error of the transport means to somebody who runs Teleport.
  init(from error: any Error, operation: String) {
    if let error = error as? TeleportError {
      self = error
    } else if error is CancellationError {
      self.init(.cancelled, operation: operation, detail: "")
    } else if let error = error as? RPCError {
      self.init(error, operation: operation)
    } else {
      self.init(.unreachable, operation: operation, detail: "\(error)")
    }
  }

  private init(_ error: RPCError, operation: String) {
    let code: Code =
      switch error.code {
      // The caller itself, or one of its roles, is gone: that says nothing of what was asked for.
      case .notFound where error.message.contains("access denied"): .permissionDenied
      case .notFound: .notFound
      case .alreadyExists: .alreadyExists
      case .permissionDenied, .unauthenticated: .permissionDenied
      case .invalidArgument, .outOfRange: .invalidArgument
      case .failedPrecondition, .aborted: .revisionConflict
      case .unimplemented: .unimplemented
      case .resourceExhausted: .limitExceeded
      case .deadlineExceeded: .deadlineExceeded
      case .cancelled: .cancelled
      // What the transport makes of a call that its own task gave up.
      case .unknown where Task.isCancelled || error.cause is CancellationError: .cancelled
      case .unavailable: .unreachable
      // The server's own "unknown" has no cause: this is the transport's, and the server has said nothing.
      case .unknown where error.cause != nil: .unreachable
      default: .refused
      }
    guard code == .unreachable else {
      self.init(code, operation: operation, detail: error.message)
      return
    }
    // The transport's message is the same for every cause; only the cause tells what happened.
    let cause = error.cause.map { "\($0)" } ?? ""
    if cause.contains("CERTIFICATE_VERIFY_FAILED") || cause.contains("failedToValidateHostname") {
      self.init(
        .untrustedServer, operation: operation,
        detail: "its certificate is not signed by the cluster's host CA, or is not an auth server's"
      )
    } else if cause.contains("ALERT_CERTIFICATE_EXPIRED") {
      self.init(
        .certificateRejected, operation: operation, detail: "the client certificate has expired")
    } else if cause.contains("ALERT_BAD_CERTIFICATE") || cause.contains("ALERT_UNKNOWN_CA") {
      self.init(
        .certificateRejected, operation: operation,
        detail: "the client certificate is not one of this cluster's")
    } else {
      let detail =
        cause.contains("Connection refused") || cause.contains("ECONNREFUSED")
        ? "nobody listens there" : error.message
      self.init(.unreachable, operation: operation, detail: detail)
    }
  }
}
