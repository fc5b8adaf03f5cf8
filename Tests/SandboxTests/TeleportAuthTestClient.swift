import Documents
import FoundationEssentials
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TeleportSandbox
import TeleportSchema

/// A gRPC client that knows nothing but bytes, so that these tests judge the stand-in and not this project's client.
struct TeleportAuthTestClient: Sendable {
  let client: GRPCClient<HTTP2ClientTransport.Posix>
  var version: String?

  func call(_ method: String, _ message: [UInt8] = []) async throws -> [UInt8] {
    let name = method.split(separator: "/").map(String.init)
    return try await client.unary(
      request: ClientRequest(message: message, metadata: metadata),
      descriptor: MethodDescriptor(
        service: ServiceDescriptor(fullyQualifiedService: name[0]), method: name[1]),
      serializer: PlainBytes(), deserializer: PlainBytes(), options: .defaults
    ) { try $0.message }
  }

  /// The gRPC code that the call fails with; nil where it succeeds.
  func code(_ method: String, _ message: [UInt8] = []) async throws -> RPCError.Code? {
    do {
      _ = try await call(method, message)
      return nil
    } catch let error as RPCError {
      return error.code
    }
  }

  func stream<Result: Sendable>(
    _ method: String, _ message: [UInt8],
    read: @Sendable @escaping (RPCAsyncSequence<[UInt8], any Error>) async throws -> Result
  ) async throws -> Result {
    let name = method.split(separator: "/").map(String.init)
    return try await client.serverStreaming(
      request: ClientRequest(message: message, metadata: metadata),
      descriptor: MethodDescriptor(
        service: ServiceDescriptor(fullyQualifiedService: name[0]), method: name[1]),
      serializer: PlainBytes(), deserializer: PlainBytes(), options: .defaults
    ) { try await read($0.messages) }
  }

  private var metadata: Metadata {
    version.map { ["version": .string($0)] } ?? [:]
  }
}

struct PlainBytes: MessageSerializer, MessageDeserializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }

  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] {
    bytes.withUnsafeBytes { Array($0) }
  }
}

extension TeleportSandbox {
  /// Runs `body` with a connection; without credentials as nobody. Several certificates make a chain.
  func withClient<Result: Sendable>(
    _ credentials: ClientCredentials?, version: String? = nil, authorities: [String]? = nil,
    serverName: String = "teleport.cluster.local", chain: [String] = [],
    body: @Sendable @escaping (TeleportAuthTestClient) async throws -> Result
  ) async throws -> Result {
    let trusted = try await authorities == nil ? hostAuthorities : authorities ?? []
    let transport = try HTTP2ClientTransport.Posix(
      target: .ipv4(address: host, port: port),
      transportSecurity: .tls { tls in
        tls.trustRoots = .certificates(trusted.map { .bytes(Array($0.utf8), format: .pem) })
        guard let credentials else { return }
        tls.certificateChain = ([credentials.certificate] + chain).map {
          .bytes(Array($0.utf8), format: .pem)
        }
        tls.privateKey = .bytes(Array(credentials.key.utf8), format: .pem)
      },
      config: .defaults { $0.http2.authority = serverName })
    return try await withGRPCClient(transport: transport) { client in
      try await body(TeleportAuthTestClient(client: client, version: version))
    }
  }

  /// As the administrator, with the server's own version in the header.
  func asAdmin<Result: Sendable>(
    body: @Sendable @escaping (TeleportAuthTestClient) async throws -> Result
  ) async throws -> Result {
    try await withClient(try await adminCredentials, version: "\(version)", body: body)
  }
}

/// Runs `body` with a stand-in that goes away afterwards.
func withSandbox<Result: Sendable>(
  _ options: TeleportSandbox.Options = .init(major: 18),
  body: (TeleportSandbox) async throws -> Result
) async throws -> Result {
  let sandbox = try await TeleportSandbox.start(options: options)
  do {
    let result = try await body(sandbox)
    await sandbox.shutdown()
    return result
  } catch {
    await sandbox.shutdown()
    throw error
  }
}

struct MissingSchema: Error {
  let kind: String
}

enum Sample {
  static func role(
    _ name: String, version: String = "v5", allow: JSONValue = [:], options: JSONValue = [:],
    labels: JSONValue = [:]
  ) throws -> [UInt8] {
    try encode(
      "role",
      [
        "kind": "role", "version": .string(version),
        "metadata": ["name": .string(name), "labels": labels],
        "spec": ["allow": allow, "options": options],
      ])
  }

  static func user(_ name: String, roles: [String], labels: JSONValue = [:]) throws -> [UInt8] {
    try encode(
      "user",
      [
        "kind": "user", "version": "v2",
        "metadata": ["name": .string(name), "labels": labels],
        "spec": ["roles": .array(roles.map { .string($0) })],
      ])
  }

  static func decode(_ kind: String, _ message: [UInt8]) throws -> JSONValue {
    try schema(kind).decode(message)
  }

  static func encode(_ kind: String, _ json: JSONValue) throws -> [UInt8] {
    try schema(kind).encode(json)
  }

  private static func schema(_ kind: String) throws -> ResourceSchema {
    guard let schema = ResourceSchema.named(kind) else { throw MissingSchema(kind: kind) }
    return schema
  }
}

/// A message with one string field.
func named(_ name: String, field: Int = 1) -> [UInt8] {
  var writer = WireWriter()
  writer.string(field, name)
  return writer.bytes
}

/// A message that carries another.
func carrying(_ message: [UInt8], field: Int = 1) -> [UInt8] {
  var writer = WireWriter()
  writer.bytes(field, message)
  return writer.bytes
}
