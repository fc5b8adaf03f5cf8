import Synchronization
import TeleportClient

/// Where the auth service is reached: at its own address, or through a proxy.
///
/// A proxy with TLS routing passes a connection on unopened when its first ALPN name asks for the auth service of the
/// cluster; the name of the cluster is asked for once.
final class ServerRoute: Sendable {
  private let given: AuthAddress
  private let isProxy: Bool
  private let found = Mutex<AuthAddress?>(nil)

  init(_ settings: Settings) {
    given = settings.authServer
    isProxy = settings.isProxy
  }

  /// - Throws: `TeleportError` where a proxy does not answer, or is none.
  func address() async throws(TeleportError) -> AuthAddress {
    guard isProxy else { return given }
    if let known = found.withLock({ $0 }) { return known }
    let routed = try await given.routedThroughProxy()
    found.withLock { $0 = routed }
    return routed
  }
}
