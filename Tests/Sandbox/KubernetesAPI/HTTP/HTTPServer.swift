import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization

/// The listening socket and its connections: TLS, then HTTP/2 or HTTP/1.1 as ALPN has it.
final class HTTPServer: Sendable {
  private let listener: any Channel
  private let connections: Connections
  let port: Int

  private final class Connections: Sendable {
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
      open.withLock { $0[ObjectIdentifier(channel)] = channel }
      channel.closeFuture.whenComplete { _ in
        _ = self.open.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
      }
    }

    func closeAll() async {
      for channel in open.withLock({ Array($0.values) }) { try? await channel.close().get() }
    }

    var count: Int { open.withLock { $0.count } }
  }

  private init(listener: any Channel, connections: Connections) {
    self.listener = listener
    self.connections = connections
    port = listener.localAddress?.port ?? 0
  }

  /// - Throws: when the address cannot be bound or the certificate cannot be used.
  static func start(
    host: String, port: Int, tls: TLSConfiguration,
    respond: @escaping @Sendable (HTTPRequest, ResponseWriter) async -> Void
  ) async throws -> HTTPServer {
    let context = try NIOSSLContext(configuration: tls)
    let connections = Connections()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        connections.add(channel)
        do {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        } catch {
          return channel.eventLoop.makeFailedFuture(error)
        }
        return channel.configureCommonHTTPServerPipeline(
          connectionConfiguration: connectionConfiguration, streamConfiguration: streamConfiguration
        ) { stream in
          stream.eventLoop.makeCompletedFuture {
            try stream.pipeline.syncOperations.addHandler(RequestHandler(respond))
          }
        }
      }
      .bind(host: host, port: port).get()
    return HTTPServer(listener: listener, connections: connections)
  }

  /// Upstream's cap of 100 streams for each connection.
  private static var connectionConfiguration: NIOHTTP2Handler.ConnectionConfiguration {
    var configuration = NIOHTTP2Handler.ConnectionConfiguration()
    configuration.initialSettings = nioDefaultSettings.filter {
      $0.parameter != .maxConcurrentStreams
    }
    configuration.initialSettings.append(.init(parameter: .maxConcurrentStreams, value: 100))
    return configuration
  }

  /// Tests that end many watches must not look like an attack.
  private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
    var configuration = NIOHTTP2Handler.StreamConfiguration()
    configuration.streamResetFrameRateLimit.maximumCount = 100_000
    configuration.streamErrorRateLimit.maximumCount = 100_000
    configuration.targetWindowSize = 1 << 20
    return configuration
  }

  var connectionCount: Int { connections.count }

  func closeConnections() async { await connections.closeAll() }

  func stop() async {
    try? await listener.close().get()
    await connections.closeAll()
  }
}
