import NIOCore
import NIOHTTP1

/// A request of the HTTP interface that servers before 15 have.
struct LegacyRequest: Sendable {
  let method: HTTPMethod
  /// The path without its query, in parts.
  let path: [String]
  let query: [String: String]
  let contentType: String
  let body: [UInt8]

  init(_ head: HTTPRequestHead, body: ByteBuffer) {
    method = head.method
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = (parts.first ?? "").split(separator: "/").map { Self.decoded($0) }
    var query: [String: String] = [:]
    for pair in parts.dropFirst().joined().split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      query[Self.decoded(sides[0])] = sides.count > 1 ? Self.decoded(sides[1]) : ""
    }
    self.query = query
    contentType = head.headers["content-type"].first ?? ""
    self.body = Array(body.readableBytesView)
  }

  private static func decoded(_ text: some StringProtocol) -> String {
    String(text).removingPercentEncoding ?? String(text)
  }
}

struct LegacyAnswer: Sendable {
  let status: Int
  let contentType: String
  let body: [UInt8]
}

/// Collects requests of a connection and answers them in turn. The last handler of HTTP/1.1: what stands behind it in
/// the pipeline neither hears nor says anything.
final class LegacyRequestHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPServerResponsePart

  private static let bodyLimit = 10 * 1024 * 1024

  private let serve: @Sendable (LegacyRequest, any Channel) async -> LegacyAnswer?
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()

  init(_ serve: @escaping @Sendable (LegacyRequest, any Channel) async -> LegacyAnswer?) {
    self.serve = serve
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.clear()
    case .body(var part):
      guard body.readableBytes + part.readableBytes <= Self.bodyLimit else {
        return context.close(promise: nil)
      }
      body.writeBuffer(&part)
    case .end:
      guard let head else { return }
      answer(LegacyRequest(head, body: body), keepsAlive: head.isKeepAlive, context)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {}

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    promise?.fail(ChannelError.operationUnsupported)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answer(
    _ request: LegacyRequest, keepsAlive: Bool, _ context: ChannelHandlerContext
  ) {
    let channel = context.channel
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    let promise = context.eventLoop.makePromise(of: LegacyAnswer?.self)
    promise.completeWithTask { [serve] in await serve(request, channel) }
    promise.futureResult.whenSuccess { answer in
      let (handler, context) = bound.value
      guard let answer else { return context.close(promise: nil) }
      handler.write(answer, keepsAlive: keepsAlive, context)
    }
  }

  private func write(
    _ answer: LegacyAnswer, keepsAlive: Bool, _ context: ChannelHandlerContext
  ) {
    let headers: HTTPHeaders = [
      "Cache-Control": "no-cache, no-store, must-revalidate", "Content-Type": answer.contentType,
      "X-Content-Type-Options": "nosniff", "Content-Length": "\(answer.body.count)",
      "Connection": keepsAlive ? "keep-alive" : "close",
    ]
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    let done = keepsAlive ? nil : context.eventLoop.makePromise(of: Void.self)
    let channel = context.channel
    done?.futureResult.whenComplete { _ in channel.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
  }
}
