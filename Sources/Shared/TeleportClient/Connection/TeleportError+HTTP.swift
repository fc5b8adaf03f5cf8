import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL

extension TeleportError {
  /// What the old HTTP interface answers instead of a result.
  ///
  /// Source: Teleport's trace library: each kind of error has its status, and the message is in the body.
  init(httpStatus status: Int, body: Data, operation: String) {
    let document = try? JSONDecoder().decode(ErrorDocument.self, from: body)
    let message = document?.text
    let text = message ?? "HTTP status \(status)"
    let code: Code =
      switch status {
      case 400: .invalidArgument
      case 401, 403: Code(refusal: text)
      case 404 where text.firstRange(of: "access denied") != nil: Code(refusal: text)
      // Teleport explains itself; what says nothing is a server that does not know the path.
      case 404: message == nil ? .unimplemented : .notFound
      case 405, 501: .unimplemented
      case 409: .alreadyExists
      case 412: .revisionConflict
      case 429: .limitExceeded
      case 502, 503, 504: .unreachable
      default: .refused
      }
    self.init(code, operation: operation, detail: text)
  }

  private struct ErrorDocument: Decodable {
    struct Inner: Decodable { let message: String? }
    let error: Inner?
    let message: String?
    /// What was said around the error's own message.
    let messages: [String]?

    /// As gRPC shows it: the outermost first.
    var text: String? {
      guard let inner = error?.message ?? message else { return nil }
      return ((messages ?? []).filter { $0 != inner } + [inner]).joined(separator: ": ")
    }
  }

  /// What became of a call that got no answer.
  init(http error: any Error, operation: String) {
    if let tls = TeleportError(tlsFailure: "\(error)", operation: operation) {
      self = tls
      return
    }
    switch error {
    case is CancellationError:
      self.init(.cancelled, operation: operation, detail: "")
    case let error as HTTPClientError where error == .cancelled:
      self.init(.cancelled, operation: operation, detail: "")
    case let error as HTTPClientError where error == .deadlineExceeded:
      self.init(.deadlineExceeded, operation: operation, detail: "")
    case let error as HTTPClientError
    where error == .connectTimeout || error == .tlsHandshakeTimeout:
      self.init(
        .unreachable, operation: operation, detail: "nobody answers there",
        mayHaveTakenEffect: false)
    case is NIOTooManyBytesError:
      self.init(
        .malformedReply, operation: operation,
        detail: "larger than \(LegacyAPI.largestReply) bytes")
    case let error as IOError where error.errnoCode == Self.connectionRefused:
      self = Self.nobodyListens(operation)
    case is NIOConnectionError:
      self.init(
        .unreachable, operation: operation, detail: "connecting failed", mayHaveTakenEffect: false)
    case NIOSSLError.handshakeFailed:
      self.init(
        .unreachable, operation: operation, detail: "the TLS handshake failed",
        mayHaveTakenEffect: false)
    default:
      self.init(.unreachable, operation: operation, detail: "the connection broke")
    }
  }

  private static let connectionRefused: CInt = 111
}
