import Documents
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

@testable import TeleportSandbox

/// HTTP/1.1 over TLS: one request, one connection.
struct LegacyClient: Sendable {
  struct Answer: Sendable {
    let status: Int
    let contentType: String
    let body: [UInt8]

    var json: JSONValue { (try? JSONValue(json: body)) ?? .null }
    var message: String { json["error"]?["message"]?.string ?? "" }
    /// A member that is base64, decoded.
    func bytes(_ name: String) -> [UInt8] {
      Array(Data(base64Encoded: json[name]?.string ?? "") ?? Data())
    }
  }

  struct Closed: Error {}

  let host: String
  let port: Int
  let authorities: [String]
  var credentials: TeleportSandbox.ClientCredentials?
  /// What is offered in the handshake; nothing is how the oldest clients come.
  var protocols = ["http/1.1"]

  func get(_ path: String) async throws -> Answer { try await send(.GET, path, [], "") }

  func post(
    _ path: String, _ json: JSONValue, contentType: String = "application/json"
  ) async throws -> Answer {
    try await send(.POST, path, Array(json.jsonText.utf8), contentType)
  }

  func send(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8], _ contentType: String
  ) async throws -> Answer {
    let context = try NIOSSLContext(configuration: configuration())
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: "teleport.cluster.local"))
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
            wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var headers: HTTPHeaders = ["Host": "teleport.cluster.local", "Connection": "close"]
      headers.add(name: "Content-Length", value: "\(body.count)")
      if !contentType.isEmpty { headers.add(name: "Content-Type", value: contentType) }
      try await outbound.write(
        .head(HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)))
      try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body))))
      try await outbound.write(.end(nil))
      return try await answer(inbound)
    }
  }

  private func answer(
    _ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>
  ) async throws -> Answer {
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    for try await part in parts {
      switch part {
      case .head(let received): head = received
      case .body(let bytes): body += bytes.readableBytesView
      case .end:
        guard let head else { throw Closed() }
        return Answer(
          status: Int(head.status.code), contentType: head.headers["content-type"].first ?? "",
          body: body)
      }
    }
    throw Closed()
  }

  private func configuration() throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(
      try authorities.map { try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem) })
    configuration.applicationProtocols = protocols
    guard let credentials else { return configuration }
    configuration.certificateChain = [
      .certificate(
        try NIOSSLCertificate(bytes: Array(credentials.certificate.utf8), format: .pem))
    ]
    configuration.privateKey = .privateKey(
      try NIOSSLPrivateKey(bytes: Array(credentials.key.utf8), format: .pem))
    return configuration
  }
}

extension TeleportSandbox {
  func legacyClient(
    _ credentials: ClientCredentials? = nil, protocols: [String] = ["http/1.1"]
  ) async throws -> LegacyClient {
    LegacyClient(
      host: host, port: port, authorities: try await hostAuthorities, credentials: credentials,
      protocols: protocols)
  }
}
