import Credentials

/// What a client learns from a handshake and the server's first words.
struct Greeting: Sendable {
  let version: Int32
  let cipher: String
  let applicationProtocol: String?
  let verifyResult: Int
  /// PEM
  let serverCertificate: String
  let serverChainLength: Int
  let requestedAuthorities: [String]
  /// HTTP/2 servers speak first, too: their settings.
  let firstBytes: [UInt8]

  /// Whether the server's first words are an HTTP/2 SETTINGS frame on stream 0.
  var beginsWithSettings: Bool {
    firstBytes.count >= 9 && firstBytes[3] == 4 && firstBytes[5..<9].allSatisfy { $0 == 0 }
  }
}

extension TLSClient {
  /// Connects and listens until the server has spoken. A client's certificate is judged only after a handshake of
  /// TLS 1.3, so that a handshake alone says nothing.
  ///
  /// - Throws: `OpenSSLError`, with the alert that the server sent if it sent one.
  func greet() async throws -> Greeting {
    try await onBlockingThread {
      let connection = try connect()
      defer { connection.end() }
      let firstBytes = try connection.read()
      return Greeting(
        version: connection.version, cipher: connection.cipher,
        applicationProtocol: connection.applicationProtocol,
        verifyResult: connection.verifyResult,
        serverCertificate: try connection.serverCertificate.pem,
        serverChainLength: connection.serverChainLength,
        requestedAuthorities: try connection.requestedAuthorities, firstBytes: firstBytes)
    }
  }
}
