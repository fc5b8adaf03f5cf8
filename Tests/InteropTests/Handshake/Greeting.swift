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
  /// An HTTP/2 server's settings.
  let firstBytes: [UInt8]

  /// Whether the server's first words are an HTTP/2 SETTINGS frame on stream 0.
  var beginsWithSettings: Bool {
    firstBytes.count >= 9 && firstBytes[3] == 4 && firstBytes[5..<9].allSatisfy { $0 == 0 }
  }
}

extension TLSClient {
  /// Connects, begins HTTP/2 and listens until the server has spoken. A client's certificate is judged only after a
  /// handshake of TLS 1.3, so that a handshake alone says nothing; and an auth server waits for the client's first
  /// bytes, which tell it what is spoken.
  ///
  /// - Throws: `OpenSSLError`, with the alert that the server sent if it sent one.
  func greet(saying words: [UInt8] = http2Preface) async throws -> Greeting {
    try await onBlockingThread {
      let connection = try connect()
      defer { connection.end() }
      // A server that has refused the certificate takes nothing more; what it said is still there to read.
      try? words.withUnsafeBufferPointer { try connection.write($0) }
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

  /// RFC 9113 section 3.4: the magic words and an empty SETTINGS frame.
  static let http2Preface =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
}
