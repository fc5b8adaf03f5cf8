import NIOCore

/// Sends a PING for data that arrives, as grpc-go does to measure a connection: with nearly every call.
///
/// HTTP/2 libraries count control frames, so that a client which is not prepared loses the connection. Stands between
/// TLS and HTTP/2, and keeps the answers to itself.
final class BandwidthProbe: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var frames = ProbedFrames()

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let passed = frames.receive(unwrapInboundIn(data))
    for _ in 0..<frames.takePings() {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: ProbedFrames.ping)), promise: nil)
    }
    if passed.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(passed)) }
  }
}

/// Follows the frames that a client sends. Source: RFC 9113, sections 3.4, 4.1 and 6.7.
struct ProbedFrames: Sendable {
  /// What tells these PINGs from those for keepalive; grpc-go's own numbers.
  static let opaque: [UInt8] = [2, 4, 16, 16, 9, 14, 7, 7]
  static let ping: [UInt8] = [0, 0, 8, pingType, 0, 0, 0, 0, 0] + opaque

  private static let headerLength = 9
  private static let dataType: UInt8 = 0
  private static let pingType: UInt8 = 6

  private var held = ByteBuffer()
  /// What is still to come of the preface, and then of a frame that is being passed on.
  private var payloadLeft = 24
  private var isMeasuring = false
  private var pings = 0

  /// Takes what has arrived and returns what is to be passed on.
  mutating func receive(_ bytes: ByteBuffer) -> ByteBuffer {
    var bytes = bytes
    held.writeBuffer(&bytes)
    var passed = ByteBuffer()
    while var next = next() { passed.writeBuffer(&next) }
    held.discardReadBytes()
    return passed
  }

  /// How many PINGs are to be sent now.
  mutating func takePings() -> Int {
    defer { pings = 0 }
    return pings
  }

  /// The next bytes to pass on; nil where more have to arrive first.
  private mutating func next() -> ByteBuffer? {
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
      // One measurement at a time.
      if type == Self.dataType, length > 0, !isMeasuring {
        isMeasuring = true
        pings += 1
      }
      payloadLeft = length
      return held.readSlice(length: Self.headerLength)
    }
    return nil
  }
}
