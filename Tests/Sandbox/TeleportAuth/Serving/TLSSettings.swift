import FoundationEssentials
import NIOSSL
import Synchronization
import X509

/// What the handshake is decided by; it changes when authorities rotate.
final class TLSSettings: Sendable {
  private struct State {
    var context: NIOSSLContext
    var hostAuthorities: [Certificate]
    var userAuthorities: [Certificate]
  }

  private let state: Mutex<State>
  private let ownVerification: Mutex<Bool>

  init(_ pki: ClusterPKI, verifiesByClock: Bool) throws {
    state = Mutex(try Self.state(pki))
    ownVerification = Mutex(verifiesByClock)
  }

  /// Whether client certificates are checked here, by the sandbox's clock, and not by BoringSSL with the real time.
  ///
  /// BoringSSL refuses with the alert that fits (certificate_expired, unknown_ca), as Go does.
  /// What is refused here is told certificate_unknown: NIOSSL lets nobody choose.
  var verifiesByClock: Bool {
    get { ownVerification.withLock { $0 } }
    set { ownVerification.withLock { $0 = newValue } }
  }

  /// For handshakes that begin from now on.
  func use(_ pki: ClusterPKI) throws {
    let new = try Self.state(pki)
    state.withLock { $0 = new }
  }

  var context: NIOSSLContext { state.withLock { $0.context } }

  /// Decides on the certificates that a client showed.
  func judge(
    _ certificates: [NIOSSLCertificate], now: Date
  ) throws -> PresentedCertificates {
    guard let first = certificates.first else { throw ClientCertificateCheck.Refusal.unknownIssuer }
    let presented = try attribute(first, count: certificates.count)
    try ClientCertificateCheck.requireValidity(of: presented.leaf, now: now)
    return presented
  }

  /// Finds out whose certificate it is, whether or not it is still valid.
  func attribute(_ certificate: NIOSSLCertificate, count: Int) throws -> PresentedCertificates {
    let leaf = try Certificate(derEncoded: certificate.toDERBytes())
    let (host, user) = state.withLock { ($0.hostAuthorities, $0.userAuthorities) }
    let origin = try ClientCertificateCheck.origin(
      of: leaf, hostAuthorities: host, userAuthorities: user)
    return PresentedCertificates(leaf: leaf, count: count, origin: origin)
  }

  private static func state(_ pki: ClusterPKI) throws -> State {
    let authorities = pki.hostCertificates + pki.user.certificates
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: [.certificate(try nio(pki.server.certificate))],
      privateKey: .privateKey(
        try NIOSSLPrivateKey(bytes: Array(pki.server.key.pem.utf8), format: .pem)))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["h2"]
    // A client without a certificate is let in, as nobody.
    configuration.certificateVerification = .optionalVerification
    configuration.trustRoots = .certificates(try authorities.map(nio))
    configuration.sendCANameList = true
    let cluster = pki.cluster
    configuration.sslContextCallback = { values, promise in
      if ServerName.isAcceptable(values.serverHostname, cluster: cluster) {
        promise.succeed(.noChanges)
      } else {
        promise.fail(ServerName.Unknown())
      }
    }
    return State(
      context: try NIOSSLContext(configuration: configuration),
      hostAuthorities: pki.hostCertificates, userAuthorities: pki.user.certificates)
  }

  private static func nio(_ certificate: Certificate) throws -> NIOSSLCertificate {
    try NIOSSLCertificate(bytes: Array(certificate.pem.utf8), format: .pem)
  }
}
