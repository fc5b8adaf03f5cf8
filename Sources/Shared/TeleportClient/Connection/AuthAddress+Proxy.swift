import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat
import NIOSSL

// A proxy passes TLS on unopened to where ALPN says, so that all that is verified is the auth service, as without a
// proxy. Source: teleport-wire.md A.6; Teleport 14, lib/srv/alpnproxy.
extension AuthAddress {
  /// An ALPN name has 255 bytes, of which every byte of the cluster's name takes two.
  private static let longestCluster = 100

  /// The auth service of a cluster behind the proxy at this address.
  ///
  /// - Throws: `.invalidArgument` for a name that no cluster can have.
  public func routed(to cluster: String) throws(TeleportError) -> AuthAddress {
    guard !cluster.isEmpty, cluster.utf8.count <= Self.longestCluster else {
      throw TeleportError(
        .invalidArgument, operation: "reaching the cluster behind \(self)",
        detail: "its name has to have 1 to \(Self.longestCluster) bytes")
    }
    return AuthAddress(host: host, port: port, proxiedCluster: cluster)
  }

  /// Asks the proxy at this address which cluster it belongs to.
  ///
  /// The proxy's own certificate is not verified: a wrong answer only leads to a server that does not have the
  /// cluster's CA.
  public func routedThroughProxy(
    timeout: Duration = AuthConnection.defaultTimeout
  ) async throws(TeleportError) -> AuthAddress {
    let operation = "asking the proxy at \(self) for its cluster"
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.certificateVerification = .none
    var settings = HTTPClient.Configuration(tlsConfiguration: tls)
    settings.httpVersion = .http1Only
    settings.redirectConfiguration = .disallow
    settings.connectionPool.retryConnectionEstablishment = false
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    let reply = await Result {
      let request = HTTPClientRequest(url: "https://\(self)/webapi/find")
      let response = try await client.execute(request, deadline: .now() + TimeAmount(timeout))
      return try await response.body.collect(upTo: LegacyAPI.largestReply)
    }
    try? await client.shutdown()
    let body: ByteBuffer
    do { body = try reply.get() } catch {
      throw TeleportError(http: error, operation: operation).ofRead
    }
    let data = Data(buffer: body, byteTransferStrategy: .copy)
    guard let found = try? JSONDecoder().decode(ProxyDocument.self, from: data) else {
      throw TeleportError(
        .malformedReply, operation: operation, detail: "this is not a proxy of Teleport's",
        mayHaveTakenEffect: false)
    }
    return try routed(to: found.clusterName)
  }

  var applicationProtocols: [String] {
    guard let proxiedCluster else { return ["h2"] }
    let digits = proxiedCluster.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return ["teleport-auth@\(digits).\(AuthConnection.serverName)", "h2"]
  }
}

/// What `GET /webapi/find` answers.
private struct ProxyDocument: Decodable {
  let clusterName: String
  enum CodingKeys: String, CodingKey { case clusterName = "cluster_name" }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
