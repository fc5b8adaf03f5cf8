import NIOCore
import NIOPosix
import Operations

/// A plain TCP client: bytes out, bytes in.
struct HTTPExchange {
  let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

  static func connect(_ address: ListenAddress) async throws -> HTTPExchange {
    HTTPExchange(
      channel: try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: address.host, port: address.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel(wrappingChannelSynchronously: channel)
          }
        })
  }

  /// Sends requests one after another in one go and returns all that comes until the server closes.
  static func text(_ address: ListenAddress, _ requests: String) async throws -> String {
    try await connect(address).channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: requests))
      var text = ""
      for try await part in inbound { text += String(buffer: part) }
      return text
    }
  }

  static func request(_ method: String, _ path: String, close: Bool = true) -> String {
    "\(method) \(path) HTTP/1.1\r\nhost: x\r\n\(close ? "connection: close\r\n" : "")\r\n"
  }
}
