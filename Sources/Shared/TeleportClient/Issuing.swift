import Credentials
import FoundationEssentials
import SwiftProtobuf
import TeleportSchema

/// A request for certificates for a local user, made by the admin identity.
public struct CertificateRequest: Sendable {
  public let user: String
  public let keyPair: KeyPair
  public let notAfter: Date
  /// authorized_keys lines of the SSH host CA, from the admin identity: a reply carries the user CA's.
  public let sshHostCAs: [String]

  public init(user: String, keyPair: KeyPair, notAfter: Date, sshHostCAs: [String]) {
    self.user = user
    self.keyPair = keyPair
    self.notAfter = notAfter
    self.sshHostCAs = sshHostCAs
  }
}

extension AuthConnection {
  /// Issues certificates and collects what belongs beside them.
  ///
  /// - Returns: key, certificates, and the host CA of the cluster (not of the reply, which carries the user CA).
  public func issue(_ request: CertificateRequest) async throws(TeleportError) -> IssuedCredentials
  {
    var message = Proto_UserCertsRequest()
    message.username = request.user
    message.expires = Google_Protobuf_Timestamp(
      seconds: Int64(request.notAfter.timeIntervalSince1970))
    message.format = "standard"
    let sshKey = Data(request.keyPair.sshPublicKey.utf8)
    // Never both: teleport-wire.md B.2.
    if server.major >= 17 {
      message.sshPublicKey = sshKey
      message.tlsPublicKey = Data(request.keyPair.publicKeyPEM.utf8)
    } else {
      message.publicKey = sshKey
    }
    let certs: Proto_Certs = try await call("proto.AuthService/GenerateUserCerts", message)
    return IssuedCredentials(
      keyPair: request.keyPair, certificatePEM: text(certs.tls), sshCertificate: text(certs.ssh),
      hostCAPEMs: try await hostCAs(), userCAPEMs: certs.tlsCaCerts.map(text),
      sshHostCAs: request.sshHostCAs, clusterName: server.clusterName)
  }

  /// All host CA certificates that the cluster trusts, also during a rotation.
  public func hostCAs() async throws(TeleportError) -> [String] {
    let method = "proto.AuthService/GetClusterCACert"
    let reply: Proto_GetClusterCACertResponse = try await call(
      method, Google_Protobuf_Empty())
    let blocks = PEM.blocks(text(reply.tlsCa), label: "CERTIFICATE")
    guard !blocks.isEmpty else {
      throw TeleportError(.malformedReply, operation: method, detail: "no certificate in it")
    }
    return blocks
  }
}

private func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }
