import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

extension KubernetesError {
  /// The error for a request that got no answer.
  init(transport error: any Error, request: String) {
    switch error {
    case let error as KubernetesError: self = error
    case let error as HTTPClientError: self.init(client: error, request: request)
    case let error as NIOSSLError: self.init(tls: error, request: request)
    case is NIOSSLExtraError:
      self.init(
        .untrusted,
        "the server's certificate is not for this host (set tls-server-name or correct server)",
        request: request)
    case is NIOConnectionError:
      self.init(.connection, "the server cannot be reached: connecting failed", request: request)
    case let error as IOError where error.errnoCode == Self.connectionRefused:
      self.init(
        .connection, "the server cannot be reached: connection refused", request: request)
    default:
      self.init(
        .connection, "the connection to the server broke", effect: .unknown, request: request)
    }
  }

  private static let connectionRefused: CInt = 111

  private init(client error: HTTPClientError, request: String) {
    switch error {
    case .connectTimeout, .tlsHandshakeTimeout:
      self.init(.connection, "the server cannot be reached: no answer", request: request)
    case .getConnectionFromPoolTimeout:
      self.init(
        .connection, "no free stream on the connection to the server", request: request)
    case .alreadyShutdown:
      self.init(.connection, "the client was shut down", request: request)
    case .deadlineExceeded, .readTimeout, .writeTimeout:
      self.init(
        .deadlineExceeded, "no answer in time", effect: .unknown, request: request)
    default:
      self.init(
        .connection, "the connection to the server broke", effect: .unknown, request: request)
    }
  }

  private init(tls error: NIOSSLError, request: String) {
    switch error {
    case .handshakeFailed(let cause):
      let isRoot = String(describing: cause).firstRange(of: "CERTIFICATE_VERIFY_FAILED") != nil
      self.init(
        .untrusted,
        isRoot
          ? "the server's certificate is not signed by a trusted CA (check certificate-authority)"
          : "the TLS handshake failed", request: request)
    case .uncleanShutdown:
      self.init(
        .connection, "the connection to the server broke", effect: .unknown, request: request)
    default:
      self.init(.untrusted, "the TLS connection failed", effect: .unknown, request: request)
    }
  }
}
