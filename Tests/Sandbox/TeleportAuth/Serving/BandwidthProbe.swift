import NIOCore

/// Sends a PING for data that arrives, as grpc-go does to measure a connection: with nearly every call.
///
/// HTTP/2 libraries count control frames, so that a client which is not prepared loses the connection. Stands between
/// TLS and HTTP/2, and keeps the answers to itself. Source: RFC 9113, sections 3.4, 4.1 and 6.7.
final class BandwidthProbe: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let headerLength = 9
  private static let dataType: UInt8 = 0
  private static let pingType: UInt8 = 6
  /// What tells these PINGs from those for keepalive; grpc-go's own numbers.
  private static let opaque: [UInt8] = [2, 4, 16, 16, 9, 14, 7, 7]

  private var held = ByteBuffer()
  /// What is still to come of the preface, and then of a frame that is being passed on.
  private var payloadLeft = 24
  private var isMeasuring = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var read = unwrapInboundIn(data)
    held.writeBuffer(&read)
    var passed = context.channel.allocator.buffer(capacity: held.readableBytes)
    while var bytes = next(context) { passed.writeBuffer(&bytes) }
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
        let type = held.getInteger(at: start + 3, as: UInt8.self)
      else { return nil }
      let length = Int(high) << 16 | Int(low)
      if type == Self.pingType {
        guard held.readableBytes >= Self.headerLength + length else { return nil }
        if held.getBytes(at: start + Self.headerLength, length: length) == Self.opaque {
          held.moveReaderIndex(forwardBy: Self.headerLength + length)
          isMeasuring = false
          continue
        }
      }
      if type == Self.dataType, length > 0, !isMeasuring { measure(context) }
      payloadLeft = length
      return held.readSlice(length: Self.headerLength)
    }
    return nil
  }

  private func measure(_ context: ChannelHandlerContext) {
    isMeasuring = true
    var ping = context.channel.allocator.buffer(capacity: Self.headerLength + Self.opaque.count)
    ping.writeBytes([0, 0, 8, Self.pingType, 0, 0, 0, 0, 0])
    ping.writeBytes(Self.opaque)
    context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
  }
}
