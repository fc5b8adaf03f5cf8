import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What carries requests to the server.
package protocol APITransport: Sendable {
  /// Sends a request. The answer's body arrives as it is read; cancelling the task ends both.
  func send(_ request: HTTPClientRequest, on lane: APILane) async throws -> HTTPClientResponse
  func shutdown() async
}

/// Watches never end and calls must never wait for them, so each kind has connections of its own: a server
/// allows about 100 streams on one, and the library opens no second HTTP/2 connection.
package enum APILane: Sendable { case calls, watches }

/// HTTP/2 (or 1.1 where the server has no more) over TLS.
struct HTTPTransport: APITransport {
  private let calls: HTTPClient
  private let watches: WatchClients

  init(_ configuration: KubernetesConfiguration) throws(ConfigurationError) {
    let settings = try Self.settings(configuration)
    calls = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    watches = WatchClients {
      HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }
  }

  func send(_ request: HTTPClientRequest, on lane: APILane) async throws -> HTTPClientResponse {
    // The client races its own, shorter time limits against this call.
    let client = lane == .calls ? calls : try watches.client(for: request.url)
    return try await client.execute(request, timeout: .hours(24))
  }

  func shutdown() async {
    // Fails only when it was shut down already.
    try? await calls.shutdown()
    for client in watches.close() { try? await client.shutdown() }
  }

  private static func settings(
    _ configuration: KubernetesConfiguration
  ) throws(ConfigurationError) -> HTTPClient.Configuration {
    let tls = try TLSMaterial.settings(configuration)
    do {
      // Made once here so that a key which does not fit its certificate is found at the start.
      _ = try NIOSSLContext(configuration: tls)
    } catch {
      throw ConfigurationError(
        .badCertificate, "\(configuration.source): certificate and key cannot be used together",
        remedy: "take both from the same credential")
    }
    var settings = HTTPClient.Configuration(tlsConfiguration: tls)
    settings.httpVersion = .automatic
    settings.redirectConfiguration = .disallow
    settings.timeout.connect = .seconds(5)
    // A refused connection is told at once; whoever called decides how long to wait.
    settings.connectionPool.retryConnectionEstablishment = false
    settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    settings.http2ConnectionDebugInitializer = noticeDeadPeer
    settings.http1_1ConnectionDebugInitializer = noticeDeadPeer
    if let name = configuration.tlsServerName {
      settings.dnsOverride[name] = ServerAddress(configuration.server).host
    }
    return settings
  }

  /// The library sends no HTTP/2 pings, so the kernel has to find out that the other side is gone: keep-alive
  /// probes from 15 s of silence on, and the end of the connection when nothing is acknowledged for 30 s.
  @Sendable private static func noticeDeadPeer(_ channel: any Channel) -> EventLoopFuture<Void> {
    let options: [(NIOBSDSocket.OptionLevel, NIOBSDSocket.Option, SocketOptionValue)] = [
      (.socket, .so_keepalive, 1),
      (.tcp, NIOBSDSocket.Option(rawValue: TCP_KEEPIDLE), 15),
      (.tcp, NIOBSDSocket.Option(rawValue: TCP_KEEPINTVL), 5),
      (.tcp, NIOBSDSocket.Option(rawValue: TCP_KEEPCNT), 3),
      (.tcp, NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT), 30_000),
    ]
    let settings = options.map { level, name, value in
      channel.setOption(ChannelOptions.Types.SocketOption(level: level, name: name), value: value)
    }
    return EventLoopFuture.andAllSucceed(settings, on: channel.eventLoop)
  }
}
