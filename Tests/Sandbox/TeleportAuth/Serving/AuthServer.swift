import FoundationEssentials
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import SandboxFaults

/// A listening server, from bind to close.
final class AuthServer: Sendable {
  typealias Transport = HTTP2ServerTransport.Custom<AuthListener>

  let port: Int
  private let server: GRPCServer<Transport>
  private let connections: ConnectionRegistry
  private let serving: Task<Void, any Error>

  /// Binds the port; 0 takes any.
  static func start(
    host: String, port: Int, state: AuthState, tls: TLSSettings, faults: Faults,
    pause: PauseSwitch
  ) async throws -> AuthServer {
    let connections = ConnectionRegistry()
    let service = AuthService(
      state: state, faults: faults, connections: connections, tls: tls, pause: pause)
    let transport = Transport(
      listenerFactory: AuthListener(
        host: host, port: port, tls: tls, connections: connections, now: { await state.now },
        serveLegacy: { await service.answer($0, on: $1) }),
      config: configuration)
    let server = GRPCServer(transport: transport, services: [service])
    let serving = Task { try await server.serve() }
    guard let address = await transport.listeningAddress, let bound = address.ipv4?.port else {
      // The task has ended with the reason.
      try await serving.value
      throw RuntimeFailure.notListening
    }
    return AuthServer(port: bound, server: server, connections: connections, serving: serving)
  }

  enum RuntimeFailure: Error {
    case notListening
  }

  private init(
    port: Int, server: GRPCServer<Transport>, connections: ConnectionRegistry,
    serving: Task<Void, any Error>
  ) {
    self.port = port
    self.server = server
    self.connections = connections
    self.serving = serving
  }

  /// Closes every connection, as a process that dies does, and the port.
  func stop() async {
    server.beginGracefulShutdown()
    connections.closeAll()
    _ = await serving.result
  }

  func cutConnections() { connections.closeAll() }

  var connectionCount: Int { connections.count }

  /// Keepalive as grpc-go is set up in Teleport: pings of clients more often than once a minute are punished.
  private static var configuration: Transport.Config {
    var configuration = Transport.Config.defaults
    configuration.connection.keepalive = HTTP2ServerTransport.Config.Keepalive(
      time: .seconds(60), timeout: .seconds(180),
      clientBehavior: .init(minPingIntervalWithoutCalls: .seconds(60), allowWithoutCalls: true))
    // The true limit is checked on the whole message: gRPC Swift would close the connection.
    configuration.rpc.maxRequestPayloadSize = 64 * 1024 * 1024
    return configuration
  }
}
