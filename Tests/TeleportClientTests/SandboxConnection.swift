import Credentials
import Operations
import SandboxFaults
import TeleportClient
import TeleportSandbox
import TeleportSchema
import Testing

let majors = [11, 14, 18]

/// Runs `body` with a stand-in that is gone afterwards.
func withSandbox(
  _ options: TeleportSandbox.Options, _ body: (TeleportSandbox) async throws -> Void
) async throws {
  let sandbox = try await TeleportSandbox.startOnOwnPort(options)
  do {
    try await body(sandbox)
  } catch {
    await sandbox.shutdown()
    throw error
  }
  await sandbox.shutdown()
}

/// Runs `body` with the calls of the admin identity.
func withAdmin(
  _ options: TeleportSandbox.Options,
  _ body: (TeleportSandbox, ResourceCalls) async throws -> Void
) async throws {
  try await withSandbox(options) { sandbox in
    try await body(sandbox, ResourceCalls(try await sandbox.connect()))
  }
}

extension TeleportSandbox {
  nonisolated var authAddress: AuthAddress {
    get throws { try #require(AuthAddress(address)) }
  }

  func connect(timeout: Duration = .seconds(30)) async throws -> AuthConnection {
    try await connect(as: try TLSIdentity(try await adminCredentials), timeout: timeout)
  }

  func connect(
    as identity: TLSIdentity, timeout: Duration = .seconds(30)
  ) async throws -> AuthConnection {
    try await AuthConnection.open(try authAddress, as: identity, timeout: timeout)
  }

  /// A role with rules for some kinds, and a user that holds it.
  func addUser(_ name: String, kinds: [String]) async throws {
    try await put("role", TestResource.role("role-\(name)", kinds: kinds))
    try await put("user", TestResource.user(name, roles: ["role-\(name)"]))
  }

  func identity(ofUser name: String, lifetime: Duration = .seconds(600)) async throws -> TLSIdentity
  {
    try TLSIdentity(try await credentials(forUser: name, lifetime: lifetime))
  }

  /// How often the method was called.
  func calls(_ method: String) async -> Int {
    await faults.requests.count { $0.operation == method }
  }
}

extension TLSIdentity {
  /// - Parameter authorities: instead of the cluster's own.
  init(
    _ credentials: TeleportSandbox.ClientCredentials, authorities: [String]? = nil
  ) throws {
    try self.init(
      certificatePEM: credentials.certificate, keyPEM: Secret(credentials.key),
      trustedCAPEMs: authorities ?? credentials.hostAuthorities, source: "the sandbox")
  }
}

/// The error that `body` has to throw.
func failure<Result>(_ body: () async throws -> Result) async throws -> TeleportError {
  do {
    _ = try await body()
  } catch let error as TeleportError {
    return error
  }
  throw NoFailure()
}

struct NoFailure: Error {}
