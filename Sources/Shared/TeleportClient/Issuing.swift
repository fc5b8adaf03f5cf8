import Credentials
import FoundationEssentials
import SwiftProtobuf
import TeleportSchema

/// A request for certificates for a local user.
///
/// Made by the admin identity for any user; by a bot for itself, which renews a renewable certificate.
public struct CertificateRequest: Sendable {
  public let user: String
  public let keyPair: KeyPair
  public let notAfter: Date
  /// authorized_keys lines of the SSH host CA, from the admin identity: a reply carries the user CA's.
  public let sshHostCAs: [String]
  /// The roles that the certificate shall have, of those that the bot may take on; nil: the user's own. Such a
  /// certificate is not renewable, and asking for it moves no counter.
  public let roleRequests: [String]?

  public init(
    user: String, keyPair: KeyPair, notAfter: Date, sshHostCAs: [String],
    roleRequests: [String]? = nil
  ) {
    self.user = user
    self.keyPair = keyPair
    self.notAfter = notAfter
    self.sshHostCAs = sshHostCAs
    self.roleRequests = roleRequests
  }
}

extension AuthConnection {
  /// Issues certificates and collects what belongs beside them.
  ///
  /// - Guarantees: the certificates are asked for last, so that none is lost to a later failure.
  /// - Returns: key, certificates, and the host CA of the cluster (not of the reply, which carries the user CA).
  /// - Throws: with `mayHaveTakenEffect` where a renewal may have moved the bot's counter.
  public func issue(
    _ request: CertificateRequest, timeout: Duration = defaultTimeout
  ) async throws(TeleportError) -> IssuedCredentials {
    let method = "proto.AuthService/GenerateUserCerts"
    let hostCAs = try await hostCAs(timeout: timeout)
    let certs: Proto_Certs
    do {
      certs = try await call(method, message(request), timeout: timeout)
    } catch {
      throw isRenewal(request) ? error.ofIssuance : error
    }
    guard !certs.tls.isEmpty, !certs.ssh.isEmpty else {
      throw TeleportError(.malformedReply, operation: method, detail: "no certificate in it")
    }
    return IssuedCredentials(
      keyPair: request.keyPair, certificatePEM: text(certs.tls), sshCertificate: text(certs.ssh),
      hostCAPEMs: hostCAs, userCAPEMs: certs.tlsCaCerts.map(text),
      sshHostCAs: request.sshHostCAs, clusterName: server.clusterName)
  }

  /// Whether a counter may move: only for the bot itself, with its own roles.
  private func isRenewal(_ request: CertificateRequest) -> Bool {
    request.user == security.user && request.roleRequests == nil
  }

  private func message(_ request: CertificateRequest) -> Proto_UserCertsRequest {
    var message = Proto_UserCertsRequest()
    message.username = request.user
    message.expires = Google_Protobuf_Timestamp(
      seconds: Int64(request.notAfter.timeIntervalSince1970))
    message.format = "standard"
    if let roles = request.roleRequests {
      message.roleRequests = roles
      message.useRoleRequests = true
    }
    let sshKey = Data(request.keyPair.sshPublicKey.utf8)
    // Never both: teleport-wire.md B.2.
    if server.major >= 17 {
      message.sshPublicKey = sshKey
      message.tlsPublicKey = Data(request.keyPair.publicKeyPEM.utf8)
    } else {
      message.publicKey = sshKey
    }
    return message
  }

  /// All host CA certificates that the cluster trusts, also during a rotation.
  public func hostCAs(
    timeout: Duration = defaultTimeout
  ) async throws(TeleportError) -> [String] {
    let method = "proto.AuthService/GetClusterCACert"
    let reply: Proto_GetClusterCACertResponse
    do {
      reply = try await call(method, Google_Protobuf_Empty(), timeout: timeout)
    } catch {
      throw error.ofRead
    }
    let blocks = PEM.blocks(text(reply.tlsCa), label: "CERTIFICATE")
    guard !blocks.isEmpty else {
      throw TeleportError(
        .malformedReply, operation: method, detail: "no certificate in it",
        mayHaveTakenEffect: false)
    }
    return blocks
  }
}

func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }
