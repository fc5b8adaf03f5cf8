import NIOCore

/// Answers HTTP/2 PINGs below the HTTP/2 handler.
///
/// grpc-go, and so Teleport, sends a PING with nearly every call to measure the connection; NIOHTTP2 takes more than
/// 200 control frames in 30 seconds for an attack and closes the connection, and gRPC Swift has no option for that.
/// Stands between TLS and HTTP/2, so that it sees whole frames in order. Source: RFC 9113, sections 4.1 and 6.7.
final class PingResponder: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let headerLength = 9
  private static let pingType: UInt8 = 6
  private static let pingLength = 8

  private var held = ByteBuffer()
  /// What is still to come of a frame that is being passed on.
  private var payloadLeft = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var read = unwrapInboundIn(data)
    held.writeBuffer(&read)
    var passed = context.channel.allocator.buffer(capacity: held.readableBytes)
    while let bytes = next(context) {
      var bytes = bytes
      passed.writeBuffer(&bytes)
    }
    held.discardReadBytes()
    if passed.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(passed)) }
  }

  /// The next bytes to pass on; nil where more have to arrive first.
  private func next(_ context: ChannelHandlerContext) -> ByteBuffer? {
    while held.readableBytes > 0 {
      if payloadLeft > 0 {
        let count = min(payloadLeft, held.readableBytes)
        payloadLeft -= count
        return held.readSlice(length: count)
      }
      let start = held.readerIndex
      guard held.readableBytes >= Self.headerLength,
        let high = held.getInteger(at: start, as: UInt8.self),
        let low = held.getInteger(at: start + 1, as: UInt16.self),
        let type = held.getInteger(at: start + 3, as: UInt8.self),
        let flags = held.getInteger(at: start + 4, as: UInt8.self)
      else { return nil }
      let length = Int(high) << 16 | Int(low)
      guard type == Self.pingType, flags & 1 == 0, length == Self.pingLength else {
        payloadLeft = length
        return held.readSlice(length: Self.headerLength)
      }
      guard held.readableBytes >= Self.headerLength + Self.pingLength else { return nil }
      held.moveReaderIndex(forwardBy: Self.headerLength)
      guard var opaque = held.readSlice(length: Self.pingLength) else { return nil }
      var answer = context.channel.allocator.buffer(capacity: Self.headerLength + Self.pingLength)
      answer.writeBytes([0, 0, 8, Self.pingType, 1, 0, 0, 0, 0])
      answer.writeBuffer(&opaque)
      context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    }
    return nil
  }
}
