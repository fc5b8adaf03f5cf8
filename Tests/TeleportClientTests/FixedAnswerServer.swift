import NIOCore
import NIOPosix
import NIOSSL
import TeleportSandbox

/// Answers whatever is sent to it with the same bytes, over TLS, and closes.
struct FixedAnswerServer: Sendable {
  let port: Int
  private let channel: any Channel

  /// - Parameter credentials: what it shows as its own.
  static func start(
    _ answer: String, as credentials: TeleportSandbox.ClientCredentials
  ) async throws -> FixedAnswerServer {
    let certificate = try NIOSSLCertificate(
      bytes: Array(credentials.certificate.utf8), format: .pem)
    let key = try NIOSSLPrivateKey(bytes: Array(credentials.key.utf8), format: .pem)
    let context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(NIOSSLServerHandler(context: context))
          try pipeline.addHandler(Answer(text: answer))
        }
      }.bind(host: "127.0.0.1", port: 0).get()
    guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
    return FixedAnswerServer(port: port, channel: channel)
  }

  func stop() async throws { try await channel.close() }

  private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String

    init(text: String) { self.text = text }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
      context.close(promise: nil)
    }
  }
}

/// Runs `body` with the address of such a server.
func withFixedAnswer(
  _ answer: String, as credentials: TeleportSandbox.ClientCredentials,
  _ body: (String) async throws -> Void
) async throws {
  let server = try await FixedAnswerServer.start(answer, as: credentials)
  do {
    try await body("127.0.0.1:\(server.port)")
  } catch {
    try await server.stop()
    throw error
  }
  try await server.stop()
}

/// An HTTP answer with that body.
func httpAnswer(_ body: String, status: String = "200 OK") -> String {
  "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
