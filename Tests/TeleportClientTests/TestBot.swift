import Credentials
import FoundationEssentials
import Operations
import SandboxFaults
import TeleportClient
import TeleportSandbox
import Testing

/// A bot that has joined.
struct TestBot: Sendable {
  let request: JoinRequest
  let joined: JoinedCertificates
  let identity: TLSIdentity

  static let user = "bot-x"

  /// Makes the bot and lets it join.
  static func join(
    _ sandbox: TeleportSandbox, roles: [String] = ["access"]
  ) async throws -> TestBot {
    let token = try await sandbox.addBot(name: "x", roles: roles)
    return try await join(sandbox, try request(token, sandbox))
  }

  static func join(
    _ sandbox: TeleportSandbox, _ request: JoinRequest
  ) async throws -> TestBot {
    let trusted = try await sandbox.hostAuthorities
    let joined = try await Joining.join(
      try sandbox.authAddress, trusting: trusted, request, timeout: .seconds(30))
    let identity = try TLSIdentity(
      certificatePEM: joined.certificatePEM, keyPEM: request.keyPair.privateKeyPEM,
      trustedCAPEMs: trusted, source: "the reply")
    return TestBot(request: request, joined: joined, identity: identity)
  }

  static func request(
    _ token: String, _ sandbox: TeleportSandbox, idToken: String? = nil, seconds: Double = 1800
  ) throws -> JoinRequest {
    JoinRequest(
      token: Secret(token), idToken: idToken.map { Secret($0) },
      keyPair: try KeyPair.generate(.init(teleportMajor: sandbox.version.major)),
      notAfter: Date().addingTimeInterval(seconds))
  }

  /// A request for certificates for the bot itself.
  static func renewal(
    _ sandbox: TeleportSandbox, roles: [String]? = nil
  ) throws -> CertificateRequest {
    CertificateRequest(
      user: user, keyPair: try KeyPair.generate(.init(teleportMajor: sandbox.version.major)),
      notAfter: Date().addingTimeInterval(1200), sshHostCAs: [], roleRequests: roles)
  }
}

extension IssuedCredentials {
  var identity: TLSIdentity {
    get throws {
      try TLSIdentity(
        certificatePEM: certificatePEM, keyPEM: keyPair.privateKeyPEM, trustedCAPEMs: hostCAPEMs,
        source: "the reply")
    }
  }
}

extension SandboxRequest {
  /// A join that the server knows how to answer, in whichever form.
  var isJoin: Bool { operation == "POST /v2/tokens/register" || isModernJoin }
  var isModernJoin: Bool { operation == "proto.JoinService/RegisterUsingToken" }
}
