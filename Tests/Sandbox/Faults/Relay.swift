import NIOCore
import NIOPosix
import Synchronization

/// A way to a server that can be cut off: for whoever is behind it, as if its process had been killed.
///
/// Bytes pass through unread, TLS and all. Once cut it stays cut; the server's other clients notice nothing.
public final class Relay: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isCut = false
  }

  private final class Passages: Sendable {
    let state = Mutex(State())

    /// - Returns: false where it is too late.
    func add(_ channel: any Channel) -> Bool {
      channel.closeFuture.whenComplete { [self] _ in
        _ = state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
      }
      return state.withLock { state in
        if state.isCut { return false }
        state.channels[ObjectIdentifier(channel)] = channel
        return true
      }
    }
  }

  /// On 127.0.0.1.
  public let port: Int
  private let listener: any Channel
  private let passages: Passages

  private init(listener: any Channel, passages: Passages) {
    self.listener = listener
    self.passages = passages
    port = listener.localAddress?.port ?? 0
  }

  /// - Throws: where no port can be bound.
  public static func start(to host: String, _ port: Int) async throws -> Relay {
    let passages = Passages()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { near in
        ClientBootstrap(group: near.eventLoop)
          .channelOption(.tcpOption(.tcp_nodelay), value: 1)
          // Until both ends are joined, what the server says first would be lost.
          .channelOption(.autoRead, value: false)
          .connect(host: host, port: port)
          .flatMap { far in
            guard passages.add(near), passages.add(far) else {
              far.close(promise: nil)
              return near.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
            }
            return near.eventLoop.makeCompletedFuture {
              try near.pipeline.syncOperations.addHandler(Passage(to: far))
              try far.pipeline.syncOperations.addHandler(Passage(to: near))
            }.flatMap { far.setOption(.autoRead, value: true) }
          }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return Relay(listener: listener, passages: passages)
  }

  /// Closes every connection and takes no more. When this returns, nothing can be sent any more.
  public func cut() async {
    let open = passages.state.withLock { state in
      state.isCut = true
      return Array(state.channels.values)
    }
    try? await listener.close().get()
    for channel in open { try? await channel.close().get() }
  }
}

/// Hands on what comes in, and the end of it.
private final class Passage: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let other: any Channel

  init(to other: any Channel) { self.other = other }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    other.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
