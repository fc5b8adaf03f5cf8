import AsyncHTTPClient
import Credentials
import Documents
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL

/// The HTTP interface of servers before 15, with no more of a client than asks and tells what came.
struct PlainHTTPClient: Sendable {
  struct Answer: Sendable {
    let status: Int
    let contentType: String
    let body: [UInt8]

    var json: JSONValue { (try? JSONValue(json: body)) ?? .null }
    /// An error's own message, and what was said around it, inner first.
    var messages: [String] {
      [json["error"]?["message"]?.string ?? ""]
        + (json["messages"]?.array?.compactMap(\.string) ?? [])
    }

    /// Members that are base64, decoded.
    func bytes(_ name: String) -> [[UInt8]] {
      let values = json[name]?.array ?? [json[name] ?? .null]
      return values.compactMap { $0.string.flatMap { Data(base64Encoded: $0) } }.map(Array.init)
    }
  }

  let session: TeleportSession
  let caller: TLSIdentity?

  func get(_ path: String) async throws -> Answer { try await send(.GET, path, nil, nil) }

  func post(
    _ path: String, _ body: String, contentType: String = "application/json"
  ) async throws -> Answer {
    try await send(.POST, path, body, contentType)
  }

  private func send(
    _ method: HTTPMethod, _ path: String, _ body: String?, _ contentType: String?
  ) async throws -> Answer {
    var settings = HTTPClient.Configuration(tlsConfiguration: try tls())
    settings.httpVersion = .http1Only
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    do {
      var request = HTTPClientRequest(
        url: "https://\(session.address.host):\(session.address.port)\(path)")
      request.method = method
      if let body { request.body = .bytes(ByteBuffer(string: body)) }
      if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
      let response = try await client.execute(request, timeout: .seconds(10))
      let bytes = try await response.body.collect(upTo: 1 << 20)
      try await client.shutdown()
      return Answer(
        status: Int(response.status.code),
        contentType: response.headers["content-type"].first ?? "",
        body: Array(bytes.readableBytesView))
    } catch {
      try await client.shutdown()
      throw error
    }
  }

  private func tls() throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .certificates(
      try session.admin.identity.trustedCAPEMs.map {
        try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem)
      })
    // The certificate is for `teleport.cluster.local`, and this client asks by address.
    tls.certificateVerification = .noHostnameVerification
    guard let caller else { return tls }
    tls.certificateChain = [
      .certificate(
        try NIOSSLCertificate(bytes: Array(caller.certificatePEM.utf8), format: .pem))
    ]
    tls.privateKey = .privateKey(
      try NIOSSLPrivateKey(bytes: Array(caller.keyPEM.reveal().utf8), format: .pem))
    return tls
  }
}
