import NIOCore
import NIOHTTP1

/// Sends one response, whole or bit by bit.
struct ResponseWriter: Sendable {
  let channel: any Channel
  /// Whether the client keeps an HTTP/1.1 connection open after this response.
  let keepsAlive: Bool

  func send(_ answer: Answer) async {
    var headers: HTTPHeaders = [
      "content-type": answer.contentType, "content-length": String(answer.bytes.count),
      "cache-control": "no-cache, private",
    ]
    for warning in answer.warnings {
      let quoted = warning.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      headers.add(name: "warning", value: "299 - \"\(quoted)\"")
    }
    if let seconds = answer.retryAfterSeconds {
      headers.add(name: "retry-after", value: String(seconds))
    }
    begin(code: answer.code, headers)
    channel.write(body(answer.bytes), promise: nil)
    await end()
  }

  /// Begins a response whose length is not known.
  func begin(code: Int, contentType: String) async throws {
    begin(code: code, ["content-type": contentType, "cache-control": "no-cache, private"])
    channel.flush()
  }

  /// Sends a piece, and returns once the client can take more.
  func write(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(body(bytes)).get()
  }

  /// Ends the response. A client that has gone meanwhile makes no difference.
  func end() async {
    try? await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
    if !keepsAlive { try? await channel.close().get() }
  }

  /// Ends without an answer: resets the HTTP/2 stream, or closes the HTTP/1.1 connection.
  func cut() async { try? await channel.close().get() }

  private func begin(code: Int, _ headers: HTTPHeaders) {
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: code), headers: headers)
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
  }

  private func body(_ bytes: [UInt8]) -> HTTPServerResponsePart {
    .body(.byteBuffer(ByteBuffer(bytes: bytes)))
  }
}
