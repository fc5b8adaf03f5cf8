import Credentials
import NIOSSL

/// How the two ends of a connection prove to each other who they are.
struct ConnectionSecurity: Sendable {
  enum Trust: Sendable {
    /// The server's certificate has to be an auth server's, signed by one of these PEM certificates.
    case authorities([String])
    /// Anybody answers. Only for what is public and is checked otherwise.
    case unverified
  }

  /// nil: the caller is nobody.
  let identity: TLSIdentity?
  let trust: Trust

  init(identity: TLSIdentity) {
    self.identity = identity
    trust = .authorities(identity.trustedCAPEMs)
  }

  init(anonymousTrusting trust: Trust) {
    identity = nil
    self.trust = trust
  }

  /// Whom the client certificate was issued for.
  var user: String? { identity?.certificate.commonName }

  /// - Parameter applicationProtocols: ALPN, the preferred first.
  func tlsConfiguration(applicationProtocols: [String] = []) throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.applicationProtocols = applicationProtocols
    tls.minimumTLSVersion = .tlsv12
    switch trust {
    case .authorities(let pems):
      let roots = try pems.map { try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem) }
      tls.trustRoots = .certificates(roots)
    case .unverified:
      tls.certificateVerification = .none
    }
    if let identity {
      // The leaf alone: Teleport refuses more than one certificate.
      let leaf = try NIOSSLCertificate(bytes: Array(identity.certificatePEM.utf8), format: .pem)
      let key = try NIOSSLPrivateKey(bytes: Array(identity.keyPEM.reveal().utf8), format: .pem)
      tls.certificateChain = [.certificate(leaf)]
      tls.privateKey = .privateKey(key)
    }
    return tls
  }
}
