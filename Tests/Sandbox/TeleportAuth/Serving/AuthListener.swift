import FoundationEssentials
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import NIOSSL

/// Accepts connections as a Teleport auth server does: TLS, a client certificate verified if there is one, and behind it
/// HTTP/2 or the old HTTP interface.
struct AuthListener: HTTP2ServerTransport.ListenerFactory {
  let host: String
  let port: Int
  let tls: TLSSettings
  let connections: ConnectionRegistry
  let now: @Sendable () async -> Date
  let serveLegacy: @Sendable (LegacyRequest, any Channel) async -> LegacyAnswer?
  let eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

  func makeListeningChannel(
    listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
    connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
  ) async throws -> NIOAsyncChannel<
    HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel, Never
  > {
    try await ServerBootstrap(group: eventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
      .bind(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          connections.add(channel)
          try channel.pipeline.syncOperations.addHandler(handshake(on: channel))
          try channel.pipeline.syncOperations.addHandler(ProtocolSwitch(serveLegacy))
          try channel.pipeline.syncOperations.addHandler(BandwidthProbe())
        }.flatMap {
          connectionConfigurator.configure(
            channel: channel, tls: .configured(requireALPN: true))
        }
      }
  }

  private func handshake(on channel: any Channel) -> NIOSSLServerHandler {
    guard tls.verifiesByClock else { return NIOSSLServerHandler(context: tls.context) }
    return NIOSSLServerHandler(
      context: tls.context,
      customVerificationCallback: { certificates, promise in
        promise.completeWithTask {
          guard let presented = try? tls.judge(certificates, now: await now()) else {
            return .failed
          }
          connections.note(presented, of: channel)
          return .certificateVerified
        }
      })
  }
}
