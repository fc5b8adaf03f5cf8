import Credentials
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import SwiftProtobuf
import Synchronization

/// One mTLS gRPC channel to a Teleport auth service, with one identity.
///
/// A connection keeps the identity that it was opened with, also past the certificate's end: open a new one for a
/// new generation and drain the old one.
///
/// - Guarantees: every call but Ping carries the server's own version in the `version` header, so that roles are
///   never rewritten for an older client; the server is verified as `teleport.cluster.local` against the host CA only.
/// - Source: teleport-wire.md A.6, swift-notes.md B.
public final class AuthConnection: Sendable {
  /// What a call may take where its caller does not say.
  public static let defaultTimeout: Duration = .seconds(10)
  /// The name on every auth server's certificate; also the SNI.
  static let serverName = "teleport.cluster.local"

  /// Told of each unary call that has ended.
  ///
  /// - Parameters:
  ///   - method: `package.Service/Method`
  ///   - failure: nil where it went well.
  public typealias CallObserver =
    @Sendable (_ method: String, _ failure: TeleportError.Code?, _ took: Duration) -> Void

  public let address: AuthAddress
  public let server: ServerInfo
  let security: ConnectionSecurity
  private let client: GRPCClient<HTTP2ClientTransport.Posix>
  private let running: Task<Void, any Error>
  private let onCall: CallObserver?
  /// Methods that this server has answered Unimplemented to.
  private let unsupported = Mutex<Set<String>>([])

  /// Connects and asks the server who it is.
  ///
  /// - Throws: `TeleportError`; a TLS failure says which side refused the other.
  public static func open(
    _ address: AuthAddress, as identity: TLSIdentity, timeout: Duration = defaultTimeout,
    onCall: CallObserver? = nil
  ) async throws(TeleportError) -> AuthConnection {
    try await open(address, ConnectionSecurity(identity: identity), timeout: timeout, onCall)
  }

  /// Connects without a client certificate. Teleport lets such a caller ask for the host CA and join, and no more.
  static func openAnonymous(
    _ address: AuthAddress, trust: ConnectionSecurity.Trust, timeout: Duration = defaultTimeout
  ) async throws(TeleportError) -> AuthConnection {
    try await open(address, ConnectionSecurity(anonymousTrusting: trust), timeout: timeout)
  }

  private static func open(
    _ address: AuthAddress, _ security: ConnectionSecurity, timeout: Duration,
    _ onCall: CallObserver? = nil
  ) async throws(TeleportError) -> AuthConnection {
    let client: GRPCClient<HTTP2ClientTransport.Posix>
    do {
      client = GRPCClient(transport: try transport(to: address, security))
    } catch {
      throw TeleportError(from: error, operation: "connecting to \(address)").ofRead
    }
    let running = Task { try await client.runConnections() }
    do throws(TeleportError) {
      let server = try await info(client, timeout, operation: "connecting to \(address)")
      return AuthConnection(address, server, security, client, running, onCall)
    } catch {
      client.beginGracefulShutdown()
      running.cancel()
      throw error.saysNoReason ? error.locked(security.user) : error.ofRead
    }
  }

  private init(
    _ address: AuthAddress, _ server: ServerInfo, _ security: ConnectionSecurity,
    _ client: GRPCClient<HTTP2ClientTransport.Posix>, _ running: Task<Void, any Error>,
    _ onCall: CallObserver?
  ) {
    self.address = address
    self.server = server
    self.security = security
    self.client = client
    self.running = running
    self.onCall = onCall
  }

  deinit {
    client.beginGracefulShutdown()
    running.cancel()
  }

  /// Lets calls in flight finish and takes no new ones.
  public func drain() { client.beginGracefulShutdown() }

  /// Drains, and returns when the last call has ended and the connection is closed.
  public func close() async {
    drain()
    _ = await running.result
  }

  /// Whether the server still is what it was when the connection was opened. It may have been upgraded meanwhile, or got
  /// another licence: then open a new connection, as this one goes on saying the old version.
  public func isSameServer() async throws(TeleportError) -> Bool {
    do throws(TeleportError) {
      return try await Self.info(client, Self.defaultTimeout, operation: "Ping") == server
    } catch {
      throw error.saysNoReason ? error.locked(security.user) : error
    }
  }

  // MARK: - Calls

  /// A unary call: bytes in, bytes out.
  ///
  /// - Parameter method: "package.Service/Method"
  public func call(
    _ method: String, _ request: [UInt8], timeout: Duration = defaultTimeout
  ) async throws(TeleportError) -> [UInt8] {
    guard supports(method) else {
      throw TeleportError(.unimplemented, operation: method, detail: "")
    }
    var options = CallOptions.defaults
    options.timeout = timeout
    options.waitForReady = true
    let start = ContinuousClock.now
    do {
      let reply = try await Self.call(
        client, method, request, metadata, options, operation: method)
      onCall?(method, nil, start.duration(to: .now))
      return reply
    } catch {
      onCall?(method, error.code, start.duration(to: .now))
      if error.code == .unimplemented { unsupported.withLock { _ = $0.insert(method) } }
      throw await namingLock(error)
    }
  }

  /// Whether the server has not said yet that it does not know the method.
  public func supports(_ method: String) -> Bool {
    unsupported.withLock { !$0.contains(method) }
  }

  /// A unary call with generated message types.
  func call<Reply: SwiftProtobuf.Message>(
    _ method: String, _ request: some SwiftProtobuf.Message, timeout: Duration = defaultTimeout
  ) async throws(TeleportError) -> Reply {
    let bytes: [UInt8]
    do { bytes = try request.serializedBytes() } catch {
      throw TeleportError(.invalidArgument, operation: method, detail: "cannot be encoded")
    }
    let reply = try await call(method, bytes, timeout: timeout)
    guard let message = try? Reply(serializedBytes: reply) else {
      throw TeleportError(.malformedReply, operation: method, detail: "")
    }
    return message
  }

  /// A call that is answered with a stream; `onMessage` gets each message in order.
  ///
  /// - Returns: when the server ends the stream well.
  public func stream(
    _ method: String, _ request: [UInt8], timeout: Duration? = nil,
    onMessage: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws(TeleportError) {
    var options = CallOptions.defaults
    options.timeout = timeout
    options.waitForReady = true
    do {
      try await CancellableCall.run { [client, metadata, options] call in
        try await client.bidirectionalStreaming(
          request: Self.request(request, metadata, of: call),
          descriptor: MethodDescriptor(path: method), serializer: RawSerializer(),
          deserializer: RawDeserializer(), options: options
        ) { response in
          for try await message in response.messages { try await onMessage(message) }
        }
      }
    } catch {
      throw await namingLock(TeleportError(from: error, operation: method))
    }
  }

  /// Finds out whether a refusal without a reason is meant for the caller rather than for the call: nobody needs a
  /// right for Ping.
  func namingLock(_ error: TeleportError) async -> TeleportError {
    guard error.saysNoReason else { return error }
    do throws(TeleportError) {
      _ = try await Self.ping(client, Self.defaultTimeout, operation: error.operation)
      return error
    } catch let refusal {
      return refusal.saysNoReason ? error.locked(security.user) : error
    }
  }

  private static func info(
    _ client: GRPCClient<HTTP2ClientTransport.Posix>, _ timeout: Duration, operation: String
  ) async throws(TeleportError) -> ServerInfo {
    let reply = try await ping(client, timeout, operation: operation)
    guard let message = try? Proto_PingResponse(serializedBytes: reply) else {
      throw TeleportError(.malformedReply, operation: "Ping", detail: "")
    }
    return ServerInfo(message)
  }

  private static func ping(
    _ client: GRPCClient<HTTP2ClientTransport.Posix>, _ timeout: Duration, operation: String
  ) async throws(TeleportError) -> [UInt8] {
    var options = CallOptions.defaults
    options.timeout = timeout
    return try await call(
      client, "proto.AuthService/Ping", [], [:], options, operation: operation)
  }

  private var metadata: Metadata { ["version": "\(server.version)"] }

  private static func call(
    _ client: GRPCClient<HTTP2ClientTransport.Posix>, _ method: String, _ request: [UInt8],
    _ metadata: Metadata, _ options: CallOptions, operation: String
  ) async throws(TeleportError) -> [UInt8] {
    do {
      return try await CancellableCall.run { call in
        try await client.clientStreaming(
          request: Self.request(request, metadata, of: call),
          descriptor: MethodDescriptor(path: method), serializer: RawSerializer(),
          deserializer: RawDeserializer(), options: options
        ) { try $0.message }
      }
    } catch {
      throw TeleportError(from: error, operation: operation)
    }
  }

  private static func request<Value>(
    _ message: [UInt8], _ metadata: Metadata, of call: CancellableCall<Value>
  ) -> StreamingClientRequest<[UInt8]> {
    StreamingClientRequest(metadata: metadata) { writer in
      try call.begin()
      try await writer.write(message)
    }
  }
}
