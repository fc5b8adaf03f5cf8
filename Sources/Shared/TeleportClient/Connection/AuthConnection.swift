import Credentials
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOSSL
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

  public let address: AuthAddress
  public let server: ServerInfo
  private let client: GRPCClient<HTTP2ClientTransport.Posix>
  private let running: Task<Void, any Error>
  /// Methods that this server has answered Unimplemented to.
  private let unsupported = Mutex<Set<String>>([])

  /// Connects and asks the server who it is.
  ///
  /// - Throws: `TeleportError`; a TLS failure says which side refused the other.
  public static func open(
    _ address: AuthAddress, as identity: TLSIdentity, timeout: Duration = defaultTimeout
  ) async throws(TeleportError) -> AuthConnection {
    let client: GRPCClient<HTTP2ClientTransport.Posix>
    do {
      client = GRPCClient(transport: try transport(to: address, as: identity))
    } catch {
      throw TeleportError(from: error, operation: "connecting to \(address)")
    }
    let running = Task { try await client.runConnections() }
    do throws(TeleportError) {
      var options = CallOptions.defaults
      options.timeout = timeout
      let reply = try await call(
        client, "proto.AuthService/Ping", [], [:], options, operation: "connecting to \(address)")
      guard let ping = try? Proto_PingResponse(serializedBytes: reply) else {
        throw TeleportError(.malformedReply, operation: "Ping", detail: "")
      }
      return AuthConnection(address, ServerInfo(ping), client, running)
    } catch {
      client.beginGracefulShutdown()
      running.cancel()
      throw error
    }
  }

  private init(
    _ address: AuthAddress, _ server: ServerInfo,
    _ client: GRPCClient<HTTP2ClientTransport.Posix>, _ running: Task<Void, any Error>
  ) {
    self.address = address
    self.server = server
    self.client = client
    self.running = running
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
    do {
      return try await Self.call(
        client, method, request, metadata, options, operation: method)
    } catch {
      if error.code == .unimplemented { unsupported.withLock { _ = $0.insert(method) } }
      throw error
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
      try await client.serverStreaming(
        request: ClientRequest(message: request, metadata: metadata),
        descriptor: MethodDescriptor(path: method), serializer: RawSerializer(),
        deserializer: RawDeserializer(), options: options
      ) { response in
        for try await message in response.messages { try await onMessage(message) }
      }
    } catch {
      throw TeleportError(from: error, operation: method)
    }
  }

  private var metadata: Metadata { ["version": "\(server.version)"] }

  private static func call(
    _ client: GRPCClient<HTTP2ClientTransport.Posix>, _ method: String, _ request: [UInt8],
    _ metadata: Metadata, _ options: CallOptions, operation: String
  ) async throws(TeleportError) -> [UInt8] {
    do {
      return try await client.unary(
        request: ClientRequest(message: request, metadata: metadata),
        descriptor: MethodDescriptor(path: method), serializer: RawSerializer(),
        deserializer: RawDeserializer(), options: options
      ) { try $0.message }
    } catch {
      throw TeleportError(from: error, operation: operation)
    }
  }

  private static func transport(
    to address: AuthAddress, as identity: TLSIdentity
  ) throws -> HTTP2ClientTransport.Posix {
    let isIPv4 = address.host.split(separator: ".").compactMap { UInt8($0) }.count == 4
    let target: any ResolvableTarget =
      if isIPv4 {
        .ipv4(address: address.host, port: address.port)
      } else if address.host.contains(":" as Character) {
        .ipv6(address: address.host, port: address.port)
      } else {
        .dns(host: address.host, port: address.port)
      }
    return try HTTP2ClientTransport.Posix(
      target: target,
      transportSecurity: .mTLS(
        // The leaf alone: Teleport refuses more than one certificate.
        certificateChain: [.bytes(Array(identity.certificatePEM.utf8), format: .pem)],
        privateKey: .bytes(Array(identity.keyPEM.reveal().utf8), format: .pem)
      ) { tls in
        tls.trustRoots = .certificates(
          identity.trustedCAPEMs.map { .bytes(Array($0.utf8), format: .pem) })
      },
      config: .defaults { config in
        config.http2.authority = serverName
        config.backoff.initial = .milliseconds(200)
        config.backoff.max = .seconds(10)
        // More often than once a minute and Teleport closes the connection.
        config.connection.keepalive = .init(
          time: .seconds(60), timeout: .seconds(20), allowWithoutCalls: true)
        config.channelDebuggingCallbacks.onCreateTCPConnection = { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let tls = try pipeline.handler(type: NIOSSLClientHandler.self)
            try pipeline.addHandler(PingResponder(), position: .after(tls))
          }
        }
      })
  }
}
