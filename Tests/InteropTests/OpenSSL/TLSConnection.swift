import COpenSSL
import Glibc

/// A TLS connection over a blocking socket. Not for several threads.
final class TLSConnection {
  private let context: OpaquePointer
  private let handle: OpaquePointer
  private let socket: Int32

  /// A server that says nothing for so long says nothing at all.
  private static let patience = timeval(tv_sec: 20, tv_usec: 0)

  /// Takes over the context.
  init(_ client: TLSClient, context: OpaquePointer) throws {
    self.context = context
    let handle: OpaquePointer
    do {
      handle = try OpenSSLError.require("SSL_new") { SSL_new(context) }
    } catch {
      SSL_CTX_free(context)
      throw error
    }
    self.handle = handle
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    // From here on `deinit` cleans up.
    try connect(to: client.host, client.port)
    try OpenSSLError.check("SSL_set_fd") { SSL_set_fd(handle, socket) }
    interop_ssl_set_server_name(handle, client.serverName)
    try OpenSSLError.check("SSL_set1_host") { SSL_set1_host(handle, client.serverName) }
    let protocols = client.protocolList
    // The one call of OpenSSL's where 0 is success.
    guard SSL_set_alpn_protos(handle, protocols, UInt32(protocols.count)) == 0 else {
      throw OpenSSLError("SSL_set_alpn_protos")
    }
    try OpenSSLError.check("SSL_connect") { SSL_connect(handle) }
  }

  deinit {
    SSL_free(handle)
    SSL_CTX_free(context)
    Glibc.close(socket)
  }

  /// The protocol that the server chose by ALPN.
  var applicationProtocol: String? {
    var bytes: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    SSL_get0_alpn_selected(handle, &bytes, &count)
    guard let bytes, count > 0 else { return nil }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
  }

  var version: Int32 { SSL_version(handle) }

  /// "ECDHE-RSA-AES128-GCM-SHA256" and the like.
  var cipher: String { String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(handle))) }

  var verifyResult: Int { SSL_get_verify_result(handle) }

  var serverCertificate: OpenSSLCertificate {
    get throws {
      OpenSSLCertificate(
        adopting: try OpenSSLError.require("SSL_get1_peer_certificate") {
          SSL_get1_peer_certificate(handle)
        })
    }
  }

  /// How many certificates the server sent.
  var serverChainLength: Int { Int(interop_ssl_peer_chain_count(handle)) }

  /// Serial numbers in the names of the authorities whose client certificates the server asks for.
  var requestedAuthorities: [String] {
    get throws {
      try (0..<max(0, interop_ssl_peer_authority_count(handle))).flatMap { index in
        try OpenSSLCertificate.values(
          interop_ssl_peer_authority(handle, index), "serialNumber")
      }
    }
  }

  /// Waits for bytes; empty where the server has ended the connection in good order.
  ///
  /// - Throws: `OpenSSLError`: an alert, or a connection that was cut.
  func read(atMost count: Int = 16_384) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    ERR_clear_error()
    let read = SSL_read(handle, &buffer, Int32(count))
    if read > 0 { return Array(buffer[..<Int(read)]) }
    if SSL_get_error(handle, read) == SSL_ERROR_ZERO_RETURN { return [] }
    throw OpenSSLError("SSL_read")
  }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    ERR_clear_error()
    guard SSL_write(handle, start, Int32(bytes.count)) == bytes.count else {
      throw OpenSSLError("SSL_write")
    }
  }

  /// Says that nothing more will be sent.
  func end() { SSL_shutdown(handle) }

  private func connect(to host: String, _ port: Int) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr(host)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw OpenSSLError("connect to \(host):\(port): errno \(errno)") }
    var patience = Self.patience
    setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    // A server that hangs up must not end the tests.
    signal(SIGPIPE, SIG_IGN)
  }
}
