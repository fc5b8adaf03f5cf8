import Credentials
import FoundationEssentials
import TeleportClient

extension RunSettings {
  /// One connection with what is published now, for a command that does not wait, and the roles that it has.
  ///
  /// - Throws: `CredentialsError` or `TeleportError`.
  func connect() async throws -> (connection: AuthConnection, roles: [String]) {
    let directory = identityDirectory
    let current = try await onBlockingThread { try directory.read() }
    try current.identity.checkValidity(at: Date())
    let connection = try await AuthConnection.open(authServer, as: current.identity)
    return (connection, current.identity.certificate.organizations)
  }
}
