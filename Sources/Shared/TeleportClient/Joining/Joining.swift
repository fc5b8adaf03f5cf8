import FoundationEssentials
import SwiftProtobuf

/// How a bot becomes known to a cluster.
public enum Joining {
  private static let method = "proto.JoinService/RegisterUsingToken"
  private static let path = "/v2/tokens/register"
  private static let role = "Bot"

  /// Joins with a token; by gRPC, or by HTTP where the server only has that.
  ///
  /// - Parameters:
  ///   - caPEMs: the host CA, from `ClusterTrust.fetch` or from before.
  ///   - timeout: for each of the two or three calls that this takes.
  /// - Throws: what `mayHaveTakenEffect` has used up the token.
  /// - Source: teleport-wire.md D.3; gRPC since 15, HTTP up to 14.
  public static func join(
    _ address: AuthAddress, trusting caPEMs: [String], _ request: JoinRequest,
    timeout: Duration = AuthConnection.defaultTimeout
  ) async throws(TeleportError) -> JoinedCertificates {
    do throws(TeleportError) {
      let connection = try await AuthConnection.openAnonymous(
        address, trust: .authorities(caPEMs), timeout: timeout)
      defer { connection.drain() }
      do throws(TeleportError) {
        return try await modern(connection, request, timeout)
      } catch  where error.code == .unimplemented {
        return try await legacy(connection, request, timeout)
      }
    } catch {
      throw error.hiding([request.token.reveal(), request.idToken?.reveal() ?? ""])
    }
  }

  private static func modern(
    _ connection: AuthConnection, _ request: JoinRequest, _ timeout: Duration
  ) async throws(TeleportError) -> JoinedCertificates {
    var message = Proto_RegisterUsingTokenRequest()
    message.role = role
    message.token = request.token.reveal()
    message.idToken = request.idToken?.reveal() ?? ""
    message.publicTlsKey = Data(request.keyPair.publicKeyPEM.utf8)
    message.publicSshKey = Data(request.keyPair.sshPublicKey.utf8)
    message.expires = Google_Protobuf_Timestamp(
      seconds: Int64(request.notAfter.timeIntervalSince1970))
    let reply: Proto_Certs
    do {
      reply = try await connection.call(method, message, timeout: timeout)
    } catch {
      throw error.ofIssuance
    }
    return try JoinedCertificates(
      tls: reply.tls, ssh: reply.ssh, tlsCAs: reply.tlsCaCerts, sshCAs: reply.sshCaCerts,
      operation: method)
  }

  private static func legacy(
    _ connection: AuthConnection, _ request: JoinRequest, _ timeout: Duration
  ) async throws(TeleportError) -> JoinedCertificates {
    guard let body = try? JSONEncoder().encode(RegisterDocument(request, role: role)) else {
      throw TeleportError(.invalidArgument, operation: path, detail: "cannot be encoded")
    }
    let reply: Data
    do {
      reply = try await LegacyAPI(address: connection.address, security: connection.security)
        .call(path, body: Array(body), timeout: timeout)
    } catch {
      throw error.ofIssuance
    }
    guard let certs = try? JSONDecoder().decode(CertsDocument.self, from: reply) else {
      throw TeleportError(.malformedReply, operation: path, detail: "not certificates")
    }
    return try JoinedCertificates(
      tls: certs.tls ?? Data(), ssh: certs.ssh ?? Data(), tlsCAs: certs.tlsCAs ?? [],
      sshCAs: certs.sshCAs ?? [], operation: path)
  }
}
