import Credentials
import Documents
import FoundationEssentials
import GRPCCore
import SwiftASN1
import TeleportSchema
import Testing
import X509

/// Why a bot got nothing.
struct BotRefusal: Error, Hashable {
  /// gRPC's number, also for HTTP.
  let code: Int
  /// The innermost message.
  let message: String
}

/// Certificates that a bot holds, and how it gets more; its requests are written here byte by byte.
struct ContractBot: Sendable {
  let session: TeleportSession
  /// Of its user.
  let user: String
  let key: KeyPair
  let identity: TLSIdentity
  let certificate: Certificate
  /// All CAs that came with it, as PEM.
  let authorities: [String]

  /// An attribute of the subject; the numbers are Teleport's.
  func attribute(_ type: ASN1ObjectIdentifier) -> String? {
    certificate.subject.joined().first { $0.type == type }.flatMap { String($0.value) }
  }

  var isRenewable: Bool { attribute([1, 3, 9999, 1, 13]) == "true" }
  var generation: Int { attribute([1, 3, 9999, 1, 14]).flatMap { Int($0) } ?? 0 }
  var impersonator: String? { attribute([1, 3, 9999, 2, 7]) }
  var isReissueForbidden: Bool { attribute([1, 3, 9999, 2, 9]) == "true" }
  var roles: [String] {
    certificate.subject.joined().filter { $0.type == .RDNAttributeType.organizationName }
      .compactMap { String($0.value) }
  }

  /// Throws `BotRefusal`.
  static func join(
    _ session: TeleportSession, user: String, token: String, role: String = "Bot",
    lifetime: Double = 600
  ) async throws -> ContractBot {
    let key = try await onBlockingThread {
      try KeyPair.generate(.init(teleportMajor: session.major))
    }
    let expires = Date().addingTimeInterval(lifetime)
    let certs: Certs
    if session.major < 15 {
      certs = try await register(session, token, role, key, expires)
    } else {
      var request = WireWriter()
      for (field, text) in [
        (1, "host"), (2, "bot"), (3, role), (4, token), (7, key.publicKeyPEM),
        (8, key.sshPublicKey),
      ] where !text.isEmpty { request.string(field, text) }
      request.bytes(12, timestamp(expires))
      certs = try await call(
        session, nil, "proto.JoinService/RegisterUsingToken", request.bytes)
    }
    return try ContractBot(session, user, key, certs)
  }

  private static func register(
    _ session: TeleportSession, _ token: String, _ role: String, _ key: KeyPair, _ expires: Date
  ) async throws -> Certs {
    let request: JSONValue = [
      "hostID": "host", "node_name": "bot", "role": .string(role), "token": .string(token),
      "public_ssh_key": .string(Data(key.sshPublicKey.utf8).base64EncodedString()),
      "public_tls_key": .string(Data(key.publicKeyPEM.utf8).base64EncodedString()),
      "expires": .string(expires.formatted(Date.ISO8601FormatStyle())),
    ]
    let answer = try await PlainHTTPClient(session: session, caller: nil)
      .post("/v2/tokens/register", request.jsonText)
    #expect(answer.contentType == "application/json")
    guard answer.status == 200 else {
      let codes = [400: 3, 403: 7, 404: 5, 409: 6, 412: 9, 500: 2, 501: 12, 504: 14]
      throw BotRefusal(code: codes[answer.status] ?? answer.status, message: answer.messages[0])
    }
    return Certs(
      tls: answer.bytes("tls").first ?? [], authorities: answer.bytes("tls_ca_certs"))
  }

  /// The administrator, who can ask for the user's certificates as well.
  static func administrator(
    _ session: TeleportSession, for user: String
  ) async throws -> ContractBot {
    let key = try await onBlockingThread {
      try KeyPair.generate(.init(teleportMajor: session.major))
    }
    let identity = session.admin.identity
    return ContractBot(
      session: session, user: user, key: key, identity: identity,
      certificate: try Certificate(pemEncoded: identity.certificatePEM), authorities: [])
  }

  private init(
    session: TeleportSession, user: String, key: KeyPair, identity: TLSIdentity,
    certificate: Certificate, authorities: [String]
  ) {
    self.session = session
    self.user = user
    self.key = key
    self.identity = identity
    self.certificate = certificate
    self.authorities = authorities
  }

  /// Has itself certified again, for roles in its place where some are named; throws `BotRefusal`.
  func renewed(lifetime: Double = 600, roles: [String]? = nil) async throws -> ContractBot {
    var request = WireWriter()
    if session.major <= 16 { request.string(1, key.sshPublicKey) }
    request.string(2, user)
    request.bytes(3, Self.timestamp(Date().addingTimeInterval(lifetime)))
    for role in roles ?? [] { request.string(12, role) }
    if roles != nil { request.varint(14, 1) }
    if session.major >= 17 {
      request.string(22, key.sshPublicKey)
      request.string(23, key.publicKeyPEM)
    }
    let certs: Certs = try await Self.call(
      session, identity, "proto.AuthService/GenerateUserCerts", request.bytes)
    return try ContractBot(session, user, key, certs)
  }

  /// Throws `BotRefusal`.
  func call(_ method: String, _ message: [UInt8] = []) async throws -> [UInt8] {
    try await Self.call(session, identity, method, message)
  }

  // MARK: - Replies

  private struct Certs {
    var tls: [UInt8] = []
    var authorities: [[UInt8]] = []
  }

  private init(
    _ session: TeleportSession, _ user: String, _ key: KeyPair, _ certs: Certs
  ) throws {
    self.session = session
    self.user = user
    self.key = key
    let pem = String(decoding: certs.tls, as: UTF8.self)
    certificate = try Certificate(pemEncoded: pem)
    identity = try TLSIdentity(
      certificatePEM: pem, keyPEM: key.privateKeyPEM,
      trustedCAPEMs: session.admin.identity.trustedCAPEMs, source: "the contract's bot")
    authorities = certs.authorities.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func call(
    _ session: TeleportSession, _ caller: TLSIdentity?, _ method: String, _ message: [UInt8]
  ) async throws -> Certs {
    var certs = Certs()
    let reply: [UInt8] = try await call(session, caller, method, message)
    for field in try WireReader.fields(of: reply) {
      if field.number == 2 { certs.tls = field.bytes.map { [UInt8]($0) } ?? [] }
      if field.number == 3 { certs.authorities.append(field.bytes.map { [UInt8]($0) } ?? []) }
    }
    return certs
  }

  private static func call(
    _ session: TeleportSession, _ caller: TLSIdentity?, _ method: String, _ message: [UInt8]
  ) async throws -> [UInt8] {
    do {
      return try await PlainTeleportClient.run(
        session, as: caller, version: session.connection.server.version
      ) { try await $0.call(method, message) }
    } catch let error as RPCError {
      let inner = error.message.split(separator: "\n\t").last.map(String.init) ?? ""
      throw BotRefusal(code: error.code.rawValue, message: inner)
    }
  }

  private static func timestamp(_ date: Date) -> [UInt8] {
    var writer = WireWriter()
    writer.varint(1, UInt64(date.timeIntervalSince1970))
    return writer.bytes
  }
}
