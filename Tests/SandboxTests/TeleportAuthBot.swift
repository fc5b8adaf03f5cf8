import Documents
import FoundationEssentials
import GRPCCore
import TeleportSchema
import X509

@testable import TeleportSandbox

/// Why a bot got no certificate, whichever way it asked.
struct BotRefusal: Error, Hashable {
  /// gRPC's number.
  let code: Int
  let message: String
}

/// What a bot holds, and how it gets more.
struct TeleportAuthBot: Sendable {
  let sandbox: TeleportSandbox
  let name: String
  let key: KeyPair
  var credentials: TeleportSandbox.ClientCredentials
  /// All CAs that came with it.
  var authorities: [String]

  var certificate: Certificate {
    get throws { try Certificate(pemEncoded: credentials.certificate) }
  }

  var identity: CertificateIdentity {
    get throws { CertificateIdentity(subject: try certificate.subject) }
  }

  func lifetime() async throws -> Double {
    try certificate.notValidAfter.timeIntervalSince(await sandbox.now)
  }

  /// Joins as a server of that version wants it; throws `BotRefusal`.
  static func join(
    _ sandbox: TeleportSandbox, _ name: String, token: String, idToken: String = "",
    role: String = "Bot", lifetime: Double? = 600,
    with credentials: TeleportSandbox.ClientCredentials? = nil
  ) async throws -> TeleportAuthBot {
    let key = try KeyPair.generate(sandbox.version.major <= 16 ? .rsa2048 : .p256)
    let ssh = try key.sshPublicKey().authorizedKey
    let tls = try key.certificateKey.publicKey.serializeAsPEM().pemString
    let expires = await sandbox.now.timeIntervalSince1970.rounded(.down) + (lifetime ?? 0)
    let certs: [UInt8]
    if sandbox.version.major < 15 {
      var request: JSONValue = [
        "hostID": "host", "node_name": "bot", "role": .string(role), "token": .string(token),
        "id_token": .string(idToken),
        "public_ssh_key": .string(Data(ssh.utf8).base64EncodedString()),
        "public_tls_key": .string(Data(tls.utf8).base64EncodedString()),
      ]
      if lifetime != nil {
        request["expires"] = .string(
          Date(timeIntervalSince1970: expires).formatted(Date.ISO8601FormatStyle()))
      }
      let answer = try await sandbox.legacyClient(credentials).post("/v2/tokens/register", request)
      certs = try Self.certs(answer)
    } else {
      var request = WireWriter()
      for (field, text) in [
        (1, "host"), (2, "bot"), (3, role), (4, token), (7, tls), (8, ssh), (11, idToken),
      ] where !text.isEmpty { request.string(field, text) }
      if lifetime != nil {
        request.bytes(12, TimestampMessage.encode(seconds: Int64(expires)))
      }
      let message = request.bytes
      certs = try await refusing {
        try await sandbox.withClient(credentials) {
          try await $0.call("proto.JoinService/RegisterUsingToken", message)
        }
      }
    }
    return try await TeleportAuthBot(sandbox, name, key, certs)
  }

  /// Has itself certified again over the certificate that it holds; throws `BotRefusal`.
  func renewed(
    lifetime: Double = 600, roles: [String]? = nil, key: KeyPair? = nil
  ) async throws -> TeleportAuthBot {
    let key = key ?? self.key
    var request = WireWriter()
    let ssh = try key.sshPublicKey().authorizedKey
    if sandbox.version.major <= 16 { request.string(1, ssh) }
    request.string(2, "bot-\(name)")
    let expires = await sandbox.now.timeIntervalSince1970.rounded(.down) + lifetime
    request.bytes(3, TimestampMessage.encode(seconds: Int64(expires)))
    for role in roles ?? [] { request.string(12, role) }
    if roles != nil { request.varint(14, 1) }
    if sandbox.version.major >= 17 {
      request.string(22, ssh)
      request.string(23, try key.certificateKey.publicKey.serializeAsPEM().pemString)
    }
    let certs = try await call("proto.AuthService/GenerateUserCerts", request.bytes)
    return try await TeleportAuthBot(sandbox, name, key, certs)
  }

  /// Throws `BotRefusal`.
  func call(_ method: String, _ message: [UInt8] = []) async throws -> [UInt8] {
    try await Self.refusing {
      try await sandbox.withClient(credentials, version: "\(sandbox.version)") {
        try await $0.call(method, message)
      }
    }
  }

  /// Somebody who asks on the bot's behalf.
  init(
    _ sandbox: TeleportSandbox, _ name: String, _ key: KeyPair,
    _ credentials: TeleportSandbox.ClientCredentials
  ) {
    self.sandbox = sandbox
    self.name = name
    self.key = key
    self.credentials = credentials
    authorities = []
  }

  private init(
    _ sandbox: TeleportSandbox, _ name: String, _ key: KeyPair, _ certs: [UInt8]
  ) async throws {
    self.sandbox = sandbox
    self.name = name
    self.key = key
    authorities = certs.strings(at: [3])
    credentials = TeleportSandbox.ClientCredentials(
      certificate: certs.string(at: [2]), key: key.pem, sshCertificate: certs.string(at: [1]),
      hostAuthorities: try await sandbox.hostAuthorities)
  }

  /// The answer as gRPC would have given it.
  private static func certs(_ answer: LegacyClient.Answer) throws -> [UInt8] {
    guard answer.status == 200 else {
      let codes = [400: 3, 403: 7, 404: 5, 409: 6, 412: 9, 500: 2, 501: 12, 504: 14]
      let outer = answer.json["messages"]?.array?.compactMap(\.string) ?? []
      throw BotRefusal(
        code: codes[answer.status] ?? answer.status,
        message: (outer.reversed() + [answer.message]).joined(separator: "\n\t"))
    }
    var certs = WireWriter()
    certs.bytes(1, answer.bytes("ssh"))
    certs.bytes(2, answer.bytes("tls"))
    for (field, name) in [(3, "tls_ca_certs"), (4, "ssh_ca_certs")] {
      for element in answer.json[name]?.array ?? [] {
        certs.bytes(field, Data(base64Encoded: element.string ?? "") ?? Data())
      }
    }
    return certs.bytes
  }

  private static func refusing(
    _ body: () async throws -> [UInt8]
  ) async throws -> [UInt8] {
    do {
      return try await body()
    } catch let error as RPCError {
      throw BotRefusal(code: error.code.rawValue, message: error.message)
    }
  }
}
