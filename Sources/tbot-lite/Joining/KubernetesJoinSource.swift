import Credentials
import FoundationEssentials
import Operations
import Synchronization
import TeleportClient

/// A bot that shows its pod's service account token and joins anew at each renewal: nothing to keep, nothing to lose.
final class KubernetesJoinSource: IdentitySource {
  private let settings: Onboarding
  private let client: JoinClient
  private let interval: Duration
  private let jwtPath: String
  private let current = Mutex<OwnIdentity?>(nil)
  /// Host CAs that a verified server has shown: a pin is good for the first contact, rotations come later.
  private let authorities = Mutex<[String]?>(nil)

  init(_ settings: Onboarding, jwtPath: String, client: JoinClient, interval: Duration) {
    self.settings = settings
    self.client = client
    self.interval = interval
    self.jwtPath = jwtPath
  }

  func prepare() async throws {}

  func authenticate(at moment: Moment, renewedSince: Date?) async throws -> BotIdentity {
    let known = current.withLock { $0 }
    if let known,
      !known.isDue(at: moment.serverTime, interval: interval, renewedSince: renewedSince)
    {
      return known.bot
    }
    // Kubernetes replaces the file long before the token in it ends.
    let jwt = try await SecretFile.text(of: jwtPath, what: "the service account token")
    let issued = try await client.join(
      token: try await settings.token.token(), idToken: jwt,
      authorities: authorities.withLock { $0 }, at: moment)
    let identity = OwnIdentity(
      tls: try TLSIdentity(
        certificatePEM: issued.certificatePEM, keyPEM: issued.keyPair.privateKeyPEM,
        trustedCAPEMs: issued.hostCAPEMs, source: "the auth service's reply"),
      sshHostCAs: issued.sshHostCAs, tokenHash: "")
    current.withLock { $0 = identity }
    return identity.bot
  }

  func present() async throws -> BotIdentity? { current.withLock { $0?.bot } }

  func learned(_ authorities: TrustedAuthorities) {
    guard let host = authorities.host else { return }
    self.authorities.withLock { $0 = host }
  }

  /// Whatever is wrong with the identity, a lock or a user that is gone, a new join is the way out when it is mended.
  func refused(_ error: TeleportError) -> StepFailure? {
    switch error.code {
    case .locked, .certificateRejected, .permissionDenied, .notFound, .refused:
      current.withLock { $0 = nil }
    case .untrustedServer:
      // Rotated while nobody looked: back to the pin.
      authorities.withLock { $0 = nil }
    default: break
    }
    return nil
  }
}
