import NIOCore
import NIOHTTP1
import NIOTLS

/// Tells HTTP/2 from HTTP/1.1 by what a client sends first, as Teleport does: both come to one port, and a client of the
/// old interface need not have agreed on any protocol in the handshake.
///
/// Stands behind TLS. What follows in the pipeline is made for HTTP/2 and learns of nothing before that is sure.
final class ProtocolSwitch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private enum State {
    case undecided
    case http2
    case http1
  }

  private static let preface = Array("PRI".utf8)

  private let serve: @Sendable (LegacyRequest, any Channel) async -> LegacyAnswer?
  private var state = State.undecided
  private var received = ByteBuffer()
  private var handshake: TLSUserEvent?

  /// - Parameter serve: answers a request of HTTP/1.1; nil closes the connection.
  init(_ serve: @escaping @Sendable (LegacyRequest, any Channel) async -> LegacyAnswer?) {
    self.serve = serve
  }

  func channelActive(context: ChannelHandlerContext) {}

  func channelInactive(context: ChannelHandlerContext) {
    // HTTP/2 does not take the end of what never began, and whoever waits for it would wait forever.
    if state != .http2 { context.fireChannelActive() }
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard state != .http2 else { return context.fireUserInboundEventTriggered(event) }
    if let event = event as? TLSUserEvent, case .handshakeCompleted = event { handshake = event }
    if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard state == .undecided else { return context.fireChannelRead(data) }
    var bytes = unwrapInboundIn(data)
    received.writeBuffer(&bytes)
    let start = received.readableBytesView.prefix(Self.preface.count)
    guard start.count == Self.preface.count else { return }
    do {
      if start.elementsEqual(Self.preface) { beginHTTP2(context) } else { try beginHTTP1(context) }
    } catch {
      return context.close(promise: nil)
    }
    context.fireChannelRead(wrapInboundOut(received))
    received = ByteBuffer()
  }

  private func beginHTTP2(_ context: ChannelHandlerContext) {
    state = .http2
    context.fireChannelActive()
    if let handshake { context.fireUserInboundEventTriggered(handshake) }
  }

  private func beginHTTP1(_ context: ChannelHandlerContext) throws {
    state = .http1
    try context.pipeline.syncOperations.addHandlers(
      [
        HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder()),
        HTTPServerPipelineHandler(), LegacyRequestHandler(serve),
      ], position: .after(self))
  }
}
