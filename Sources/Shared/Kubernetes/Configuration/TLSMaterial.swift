import NIOSSL

/// Certificates and keys in the form that the TLS library takes.
enum TLSMaterial {
  static func checkRoots(_ pem: String, place: String) throws(ConfigurationError) {
    _ = try roots(pem, place: place)
  }

  static func check(
    _ identity: KubernetesConfiguration.ClientIdentity, place: String
  ) throws(ConfigurationError) {
    var tls = TLSConfiguration.makeClientConfiguration()
    try present(identity, in: &tls, place: place)
    do {
      _ = try NIOSSLContext(configuration: tls)
    } catch {
      throw ConfigurationError(
        .badCertificate, "\(place): `client-certificate` and `client-key` do not belong together",
        remedy: "take both from the same credential")
    }
  }

  /// The TLS settings for a configuration.
  static func settings(
    _ configuration: KubernetesConfiguration
  ) throws(ConfigurationError) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    switch configuration.trust {
    case .system: break
    case .roots(let pem):
      tls.trustRoots = .certificates(try roots(pem, place: configuration.source))
    case .unverified: tls.certificateVerification = .none
    }
    if let identity = configuration.clientIdentity {
      try present(identity, in: &tls, place: configuration.source)
    }
    return tls
  }

  private static func present(
    _ identity: KubernetesConfiguration.ClientIdentity, in tls: inout TLSConfiguration,
    place: String
  ) throws(ConfigurationError) {
    tls.certificateChain = try certificates(
      identity.certificateChain, place: "\(place): `client-certificate`"
    ).map { .certificate($0) }
    do {
      let key = try NIOSSLPrivateKey(bytes: Array(identity.privateKey.reveal().utf8), format: .pem)
      tls.privateKey = .privateKey(key)
    } catch {
      throw ConfigurationError(
        .badCertificate, "\(place): `client-key` is not a PEM private key",
        remedy: "give an unencrypted PEM key")
    }
  }

  private static func roots(
    _ pem: String, place: String
  ) throws(ConfigurationError) -> [NIOSSLCertificate] {
    try certificates(pem, place: place)
  }

  private static func certificates(
    _ pem: String, place: String
  ) throws(ConfigurationError) -> [NIOSSLCertificate] {
    if let found = try? NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)), !found.isEmpty {
      return found
    }
    throw ConfigurationError(
      .badCertificate, "\(place) holds no PEM certificate",
      remedy: "give a text that begins with -----BEGIN CERTIFICATE-----")
  }
}
