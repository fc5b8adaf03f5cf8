import NIOCore
import NIOHTTP1

/// Collects a request and has it answered; one per HTTP/2 stream or HTTP/1.1 connection.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart

  private let respond: @Sendable (HTTPRequest, ResponseWriter) async -> Void
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()
  private var isTooLarge = false
  private var task: Task<Void, Never>?

  init(_ respond: @escaping @Sendable (HTTPRequest, ResponseWriter) async -> Void) {
    self.respond = respond
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.clear()
      isTooLarge = false
    case .body(var part):
      if body.readableBytes + part.readableBytes > HTTPRequest.bodyLimit {
        isTooLarge = true
      } else {
        body.writeBuffer(&part)
      }
    case .end:
      guard let head else { return }
      let request = HTTPRequest(
        head, body: body, isTooLarge: isTooLarge, channel: context.channel)
      let writer = ResponseWriter(channel: context.channel, keepsAlive: head.isKeepAlive)
      task = Task { [respond] in await respond(request, writer) }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    task?.cancel()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
