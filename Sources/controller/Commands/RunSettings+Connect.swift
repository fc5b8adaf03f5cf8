import Credentials
import FoundationEssentials
import TeleportClient

extension RunSettings {
  /// One connection with what is published now, for a command that does not wait.
  ///
  /// - Throws: `CredentialsError` or `TeleportError`.
  func connect() async throws -> AuthConnection {
    let directory = identityDirectory
    let current = try await onBlockingThread { try directory.read() }
    try current.identity.checkValidity(at: Date())
    return try await AuthConnection.open(authServer, as: current.identity)
  }
}
