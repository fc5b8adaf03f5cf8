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
      // gRPC's own errors are about a client that takes no calls any more.
      self.init(
        .unreachable, operation: operation, detail: "\(error)",
        mayHaveTakenEffect: !(error is RuntimeError))
    }
  }

  private init(_ error: RPCError, operation: String) {
    let code: Code =
      switch error.code {
      // The caller itself, or one of its roles, is gone: that says nothing of what was asked for.
      case .notFound where error.message.firstRange(of: "access denied") != nil:
        Code(refusal: error.message)
      case .notFound: .notFound
      case .alreadyExists: .alreadyExists
      case .permissionDenied, .unauthenticated: Code(refusal: error.message)
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
    // `contains` of a text would be Foundation's, which some import brings along, and ICU with it.
    // The transport's message is the same for every cause; only the cause tells what happened.
    let cause = error.cause.map { "\($0)" } ?? ""
    if let tls = TeleportError(tlsFailure: cause, operation: operation) {
      self = tls
    } else if cause.firstRange(of: "Connection refused") != nil
      || cause.firstRange(of: "ECONNREFUSED") != nil
    {
      self = Self.nobodyListens(operation)
    } else {
      self.init(
        .unreachable, operation: operation, detail: error.message,
        mayHaveTakenEffect: !Self.neverSent.contains(error.message))
    }
  }

  /// The transport's words where it had no connection to open a stream on, as for a moment after one broke.
  private static let neverSent: Set<String> = [
    "Channel isn't ready, no subchannel available.", "subchannel isn't ready",
  ]

  static func nobodyListens(_ operation: String) -> TeleportError {
    TeleportError(
      .unreachable, operation: operation, detail: "nobody listens there", mayHaveTakenEffect: false)
  }

  /// - Parameter cause: what the TLS library says.
  /// - Returns: nil where it is not about certificates.
  init?(tlsFailure cause: String, operation: String) {
    if cause.firstRange(of: "CERTIFICATE_VERIFY_FAILED") != nil
      || cause.firstRange(of: "failedToValidateHostname") != nil
    {
      self.init(
        .untrustedServer, operation: operation,
        detail: "its certificate is not signed by the cluster's host CA, or is not an auth server's"
      )
    } else if cause.firstRange(of: "ALERT_CERTIFICATE_EXPIRED") != nil {
      self.init(
        .certificateRejected, operation: operation, detail: "the client certificate has expired")
    } else if cause.firstRange(of: "ALERT_BAD_CERTIFICATE") != nil
      || cause.firstRange(of: "ALERT_UNKNOWN_CA") != nil
    {
      self.init(
        .certificateRejected, operation: operation,
        detail: "the client certificate is not one of this cluster's")
    } else {
      return nil
    }
  }
}
