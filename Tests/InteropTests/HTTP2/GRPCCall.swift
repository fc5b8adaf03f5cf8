/// A unary gRPC call, spelled out as the protocol description of gRPC over HTTP/2 has it.
struct GRPCCall: Sendable {
  /// `package.Service/Method`
  var method: String
  var message: [UInt8] = []
  /// The value of Teleport's `version` header.
  var version: String?

  var request: HTTP2Request {
    var headers = [
      ("te", "trailers"), ("content-type", "application/grpc"), ("user-agent", "nghttp2"),
    ]
    if let version { headers.append(("version", version)) }
    return HTTP2Request(
      method: "POST", authority: "teleport.cluster.local", path: "/\(method)", headers: headers,
      body: Self.framed(message))
  }

  /// A flag for "not compressed", the length in four bytes, the message.
  static func framed(_ message: [UInt8]) -> [UInt8] {
    [0] + withUnsafeBytes(of: UInt32(message.count).bigEndian, Array.init) + message
  }

  /// The one message in a body; nil where there is none, more than one, or one that is cut short or compressed.
  static func message(in body: [UInt8]) -> [UInt8]? {
    guard body.count >= 5, body[0] == 0 else { return nil }
    let length = body[1..<5].reduce(0) { $0 << 8 | Int($1) }
    return body.count == 5 + length ? Array(body.dropFirst(5)) : nil
  }

  static func role(_ name: String, version: String? = nil) -> GRPCCall {
    GRPCCall(
      method: "proto.AuthService/GetRole",
      message: [0x0a, UInt8(name.utf8.count)] + Array(name.utf8), version: version)
  }

  static let ping = GRPCCall(method: "proto.AuthService/Ping")
}
