import Credentials
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TeleportSchema

/// A client that can do what this project's own never does, such as calling without a certificate or with any `version`
/// header, and that tells the server's codes as they are.
struct PlainTeleportClient: Sendable {
  private let client: GRPCClient<HTTP2ClientTransport.Posix>
  private let version: String?

  static func run<Result: Sendable>(
    _ session: TeleportSession, as caller: TLSIdentity?, version: String?,
    body: @Sendable @escaping (PlainTeleportClient) async throws -> Result
  ) async throws -> Result {
    let authorities = session.admin.identity.trustedCAPEMs
    let transport = try HTTP2ClientTransport.Posix(
      target: .ipv4(address: session.address.host, port: session.address.port),
      transportSecurity: .tls { tls in
        tls.trustRoots = .certificates(
          authorities.map { .bytes(Array($0.utf8), format: .pem) })
        guard let caller else { return }
        tls.certificateChain = [.bytes(Array(caller.certificatePEM.utf8), format: .pem)]
        tls.privateKey = .bytes(Array(caller.keyPEM.reveal().utf8), format: .pem)
      },
      config: .defaults { $0.http2.authority = "teleport.cluster.local" })
    return try await withGRPCClient(transport: transport) {
      try await body(PlainTeleportClient(client: $0, version: version))
    }
  }

  func call(_ method: String, _ message: [UInt8] = []) async throws -> [UInt8] {
    let name = method.split(separator: "/").map(String.init)
    return try await client.unary(
      request: ClientRequest(
        message: message, metadata: version.map { ["version": .string($0)] } ?? [:]),
      descriptor: MethodDescriptor(fullyQualifiedService: name[0], method: name[1]),
      serializer: PlainMessages(), deserializer: PlainMessages(), options: .defaults
    ) { try $0.message }
  }

  /// Whether a watch is begun: the first event comes; false where it is denied.
  static func watches(
    _ session: TeleportSession, as caller: TLSIdentity?, version: String, _ watch: [UInt8]
  ) async throws -> Bool {
    try await run(session, as: caller, version: version) { client in
      do {
        return try await client.client.serverStreaming(
          request: ClientRequest(message: watch, metadata: ["version": .string(version)]),
          descriptor: MethodDescriptor(
            fullyQualifiedService: "proto.AuthService", method: "WatchEvents"),
          serializer: PlainMessages(), deserializer: PlainMessages(), options: .defaults
        ) { response in
          for try await _ in response.messages { return true }
          return false
        }
      } catch let error as RPCError where error.code == .permissionDenied {
        return false
      }
    }
  }

  /// A call whose request is a name.
  func call(_ method: String, name: String) async throws -> [UInt8] {
    var writer = WireWriter()
    writer.string(1, name)
    return try await call(method, writer.bytes)
  }

  func code(_ method: String, name: String) async throws -> RPCError.Code? {
    do {
      _ = try await call(method, name: name)
      return nil
    } catch let error as RPCError {
      return error.code
    }
  }
}

private struct PlainMessages: MessageSerializer, MessageDeserializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }

  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] {
    bytes.withUnsafeBytes { Array($0) }
  }
}
