import COpenSSL

/// How to connect: whom to trust, whom to be.
struct TLSClient: Sendable {
  enum Version: Int32, Sendable, CaseIterable {
    case tls11 = 0x0302
    case tls12 = 0x0303
    case tls13 = 0x0304
  }

  var host = "127.0.0.1"
  var port: Int
  /// Sent as SNI, and what the server must prove to be.
  var serverName: String
  /// PEM; the only certificates that are trusted.
  var roots: String
  /// PEM; none is shown without.
  var certificate: String?
  var key: String?
  /// Offered by ALPN.
  var protocols = ["h2"]
  var versions: ClosedRange<Int32> = Version.tls12.rawValue...Version.tls13.rawValue

  /// A client that speaks one version only.
  func speaking(_ version: Version) -> TLSClient {
    var client = self
    client.versions = version.rawValue...version.rawValue
    return client
  }

  /// Connects and shakes hands. Blocks.
  ///
  /// - Throws: `OpenSSLError`, with the alert that the server sent if it sent one.
  func connect() throws -> TLSConnection { try TLSConnection(self, context: context()) }

  /// To be freed by the caller.
  private func context() throws -> OpaquePointer {
    let context = try OpenSSLError.require("SSL_CTX_new") { SSL_CTX_new(TLS_client_method()) }
    do {
      interop_ssl_ctx_set_min_version(context, versions.lowerBound)
      interop_ssl_ctx_set_max_version(context, versions.upperBound)
      // OpenSSL itself refuses versions before 1.2 otherwise, and the server is the one to refuse them.
      if versions.upperBound < Version.tls12.rawValue { SSL_CTX_set_security_level(context, 0) }
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
      let store = SSL_CTX_get_cert_store(context)
      for root in try OpenSSLCertificate.all(inPEM: roots) {
        try OpenSSLError.check("X509_STORE_add_cert") { X509_STORE_add_cert(store, root.handle) }
      }
      if let certificate, let key {
        let certificate = try OpenSSLCertificate(pem: certificate)
        let key = try OpenSSLKey(privatePEM: key)
        try OpenSSLError.check("SSL_CTX_use_certificate") {
          SSL_CTX_use_certificate(context, certificate.handle)
        }
        try OpenSSLError.check("SSL_CTX_use_PrivateKey") {
          SSL_CTX_use_PrivateKey(context, key.handle)
        }
      }
      return context
    } catch {
      SSL_CTX_free(context)
      throw error
    }
  }

  /// Protocol names as ALPN carries them, each after its length.
  var protocolList: [UInt8] { protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } }
}
