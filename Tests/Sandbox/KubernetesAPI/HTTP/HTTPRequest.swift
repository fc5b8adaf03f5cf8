import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL

/// One request, received in full.
struct HTTPRequest: Sendable {
  /// The largest body that is read, in bytes, as upstream.
  static let bodyLimit = 3 * 1024 * 1024

  let method: HTTPMethod
  /// Path segments, percent-decoded.
  let path: [String]
  let query: [String: String]
  let headers: HTTPHeaders
  let body: [UInt8]
  let isTooLarge: Bool
  /// The stream or connection that it came on.
  let channel: any Channel

  init(_ head: HTTPRequestHead, body: ByteBuffer, isTooLarge: Bool, channel: any Channel) {
    method = head.method
    headers = head.headers
    self.body = Array(body.readableBytesView)
    self.isTooLarge = isTooLarge
    self.channel = channel
    let parts = head.uri.split(separator: "?", maxSplits: 1)
    path = (parts.first ?? "").split(separator: "/").map { String($0).percentDecoded }
    var query: [String: String] = [:]
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = sides.count > 1 ? String(sides[1]).replacing("+", with: " ") : ""
      query[String(sides[0]).percentDecoded] = value.percentDecoded
    }
    self.query = query
  }

  var contentType: String {
    let value = headers.first(name: "content-type") ?? ""
    return String(value.split(separator: ";").first ?? "").trimmed.lowercased()
  }

  /// Whether a query parameter is set to what Kubernetes takes for true.
  func flag(_ name: String) -> Bool { query[name] == "true" || query[name] == "1" }

  /// The certificate that the client showed, verified; nil where it showed none.
  func peerCertificate() async -> NIOSSLCertificate? {
    // An HTTP/2 request comes on a stream, whose parent has the TLS handler.
    if let own = try? await channel.nioSSL_peerCertificate().get() { return own }
    guard let connection = channel.parent else { return nil }
    return try? await connection.nioSSL_peerCertificate().get()
  }
}
