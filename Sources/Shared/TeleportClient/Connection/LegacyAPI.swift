import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat

/// The HTTP interface that servers up to 14 have beside gRPC, on the same port.
///
/// - Guarantees: one client for each call, shut down after it; no proxy, no redirect; the server is verified as for gRPC.
/// - Source: teleport-wire.md A.6, B.3, D.3.
struct LegacyAPI: Sendable {
  /// An authority with several keys in a rotation has some 20 KB.
  static let largestReply = 1 << 20

  let address: AuthAddress
  let security: ConnectionSecurity

  /// - Parameters:
  ///   - path: with its query, percent-encoded.
  ///   - body: JSON; nil: GET.
  func call(
    _ path: String, body: [UInt8]? = nil, timeout: Duration
  ) async throws(TeleportError) -> Data {
    let operation = "\(body == nil ? "GET" : "POST") \(path)"
    guard address.proxiedCluster == nil else {
      throw TeleportError(
        .unimplemented, operation: operation,
        detail:
          "this version of Teleport does this only at the auth service's own address, not through a proxy"
      )
    }
    let client: HTTPClient
    do { client = try makeClient() } catch {
      throw TeleportError(
        .untrustedServer, operation: operation, detail: "a certificate cannot be used: \(error)")
    }
    let reply: Reply
    do {
      reply = try await Self.send(request(path, body), client, timeout)
    } catch {
      try? await client.shutdown()
      throw TeleportError(http: error, operation: operation)
    }
    // Fails only when it was shut down already.
    try? await client.shutdown()
    guard reply.status == 200 else {
      throw TeleportError(httpStatus: reply.status, body: reply.body, operation: operation)
    }
    return reply.body
  }

  private struct Reply: Sendable {
    let status: Int
    let body: Data
  }

  private static func send(
    _ request: HTTPClientRequest, _ client: HTTPClient, _ timeout: Duration
  ) async throws -> Reply {
    let limit = TimeAmount(timeout)
    let response = try await client.execute(request, deadline: .now() + limit)
    let body = try await response.body.collect(upTo: largestReply)
    return Reply(
      status: Int(response.status.code), body: Data(buffer: body, byteTransferStrategy: .copy))
  }

  private func request(_ path: String, _ body: [UInt8]?) -> HTTPClientRequest {
    var request = HTTPClientRequest(
      url: "https://\(AuthConnection.serverName):\(address.port)\(path)")
    if let body {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    return request
  }

  private func makeClient() throws -> HTTPClient {
    var settings = HTTPClient.Configuration(tlsConfiguration: try security.tlsConfiguration())
    // The verified name stays the auth server's, whatever the host is called.
    settings.dnsOverride[AuthConnection.serverName] = address.host
    settings.httpVersion = .http1Only
    settings.redirectConfiguration = .disallow
    settings.proxy = nil
    // A join that is tried twice has used up its token.
    settings.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
  }
}
