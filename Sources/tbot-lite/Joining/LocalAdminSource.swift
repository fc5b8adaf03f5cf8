import Credentials
import FoundationEssentials
import Synchronization
import TeleportClient

/// The auth node's own admin identity, as `tctl` uses it on an auth node.
///
/// Issues for the bot's user without a counter: any number of sidecars can do so at once (teleport-wire.md D.5, G).
final class LocalAdminSource: IdentitySource {
  private let settings: JoinSettings.LocalAdmin
  private let bootstrap: Bootstrap
  private let lastUsed = Mutex<[String]?>(nil)

  init(_ settings: JoinSettings.LocalAdmin) {
    self.settings = settings
    bootstrap = Bootstrap(settings: settings)
  }

  func prepare() async throws {}

  func authenticate(at moment: Moment, renewedSince: Date?) async throws -> BotIdentity {
    let admin = try await read()
    // Its beginning is for the server to judge, whose clock is not known before the first certificate.
    let beginning = admin.identity.certificate.notBefore
    try admin.identity.checkValidity(at: max(moment.serverTime, beginning))
    lastUsed.withLock { $0 = Self.digest(of: admin) }
    return identity(of: admin)
  }

  func present() async throws -> BotIdentity? { identity(of: try await read()) }

  /// Read anew each time: Teleport rewrites it when its host CA is rotated.
  private func read() async throws -> AdminIdentity {
    let directory = settings.dataDirectory
    return try await onBlockingThread { try AdminIdentity(dataDirectory: directory) }
  }

  private func identity(of admin: AdminIdentity) -> BotIdentity {
    BotIdentity(
      tls: admin.identity, sshHostCAs: admin.sshHostCAs,
      user: BotUser.name(ofBot: settings.botName), requestsRoles: false)
  }

  func bootstrap(_ connection: AuthConnection) async throws {
    try await bootstrap.run(connection)
  }

  /// Teleport rewrites its storage seldom, and the row in it only in a rotation of the host CA.
  func watchForChanges(_ onChange: @escaping @Sendable () -> Void) async {
    for await _ in DirectoryWatcher(path: settings.dataDirectory + "/proc").signals() {
      guard let admin = try? await read(), let used = lastUsed.withLock({ $0 }) else { continue }
      if Self.digest(of: admin) != used { onChange() }
    }
  }

  private static func digest(of admin: AdminIdentity) -> [String] {
    [admin.identity.certificate.fingerprint] + admin.identity.trustedCAPEMs + admin.sshHostCAs
  }
}
