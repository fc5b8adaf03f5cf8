import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOSSL

extension AuthConnection {
  static func transport(
    to address: AuthAddress, _ security: ConnectionSecurity
  ) throws -> HTTP2ClientTransport.Posix {
    let tls = try NIOSSLContext(
      configuration: security.tlsConfiguration(
        applicationProtocols: address.applicationProtocols))
    return try HTTP2ClientTransport.Posix(
      // The library's own TLS has no say in ALPN, which is what a proxy goes by.
      target: target(address), transportSecurity: .customSecure,
      config: .defaults { config in
        config.http2.authority = serverName
        config.backoff.initial = .milliseconds(200)
        config.backoff.max = .seconds(10)
        // More often than once a minute and Teleport closes the connection.
        config.connection.keepalive = .init(
          time: .seconds(60), timeout: .seconds(20), allowWithoutCalls: true)
        config.channelDebuggingCallbacks.onCreateTCPConnection = { channel in
          channel.eventLoop.makeCompletedFuture {
            let security = try NIOSSLClientHandler(context: tls, serverHostname: serverName)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(security, position: .first)
            try pipeline.addHandler(PingResponder(), position: .after(security))
          }
        }
      })
  }

  private static func target(_ address: AuthAddress) -> any ResolvableTarget {
    let isIPv4 = address.host.split(separator: ".").compactMap { UInt8($0) }.count == 4
    if isIPv4 { return .ipv4(address: address.host, port: address.port) }
    if address.host.contains(":" as Character) {
      return .ipv6(address: address.host, port: address.port)
    }
    return .dns(host: address.host, port: address.port)
  }
}
