import Documents
import FoundationEssentials
import TeleportClient
import TeleportSchema
import Testing

@Suite("Teleport auth contract: authorities")
struct TeleportAuthorityContract {
  private func bot(_ session: TeleportSession) async throws -> ContractBot {
    let name = try await session.makeBot()
    let token = try await session.makeToken(bot: name)
    return try await ContractBot.join(session, user: "bot-\(name)", token: token)
  }

  private struct Refusal: Error, Hashable {
    let code: Int
    let message: String
  }

  private struct Authority: Hashable {
    var type: String
    var cluster: String
    var certificates: [String]
    var hasSSHKeys: Bool
    var hasPrivateKeys: Bool
  }

  /// Over HTTP before 15, over gRPC from 13 on.
  private func overHTTP(
    _ bot: ContractBot, _ type: String, _ domain: String, keys: String = "false"
  ) async throws -> Authority {
    let answer = try await PlainHTTPClient(session: bot.session, caller: bot.identity)
      .get("/v2/authorities/\(type)/\(domain)?load_keys=\(keys)")
    guard answer.status == 200 else {
      throw Refusal(code: answer.status, message: answer.messages[0])
    }
    let spec = try #require(answer.json["spec"])
    let tls = spec["active_keys"]?["tls"]?.array ?? []
    return Authority(
      type: answer.json["sub_kind"]?.string ?? "", cluster: spec["cluster_name"]?.string ?? "",
      certificates: tls.compactMap { $0["cert"]?.string }.compactMap { Data(base64Encoded: $0) }
        .map { String(decoding: $0, as: UTF8.self) },
      hasSSHKeys: spec["active_keys"]?["ssh"] != nil,
      hasPrivateKeys: tls.contains { $0["key"] != nil })
  }

  private func overGRPC(
    _ bot: ContractBot, _ type: String, _ domain: String, keys: Bool = false
  ) async throws -> Authority {
    var request = WireWriter()
    request.string(1, type)
    request.string(2, domain)
    if keys { request.varint(3, 1) }
    let message: [UInt8]
    do {
      message = try await bot.call(
        "teleport.trust.v1.TrustService/GetCertAuthority", request.bytes)
    } catch let error as BotRefusal {
      throw Refusal(code: error.code, message: error.message)
    }
    func text(_ path: [Int], _ bytes: [UInt8]) throws -> String {
      try WireReader.bytes(at: path, in: bytes).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    let active = try WireReader.bytes(at: [5, 11], in: message).map { [UInt8]($0) } ?? []
    let fields = try WireReader.fields(of: active)
    let pairs = fields.filter { $0.number == 2 }.compactMap { $0.bytes.map { [UInt8]($0) } }
    return Authority(
      type: try text([2], message), cluster: try text([5, 2], message),
      certificates: try pairs.map { try text([1], $0) },
      hasSSHKeys: fields.contains { $0.number == 1 },
      hasPrivateKeys: try pairs.contains { try !text([2], $0).isEmpty })
  }

  @Test(
    "a bot reads the authorities, without their private keys", arguments: TeleportTarget.all,
    ["host", "user", "db"])
  func read(target: TeleportTarget, type: String) async throws {
    try await withTeleport(target) { session in
      let bot = try await bot(session)
      let cluster = session.admin.clusterName
      var seen: [Authority] = []
      if session.major < 15 { seen.append(try await overHTTP(bot, type, cluster)) }
      if session.major >= 13 { seen.append(try await overGRPC(bot, type, cluster)) }
      #expect(Set(seen).count == 1)
      let authority = try #require(seen.first)
      #expect(authority.type == type)
      #expect(authority.cluster == cluster)
      #expect(!authority.hasPrivateKeys)
      #expect(authority.hasSSHKeys == (type != "db"))
      switch type {
      case "host": #expect(try await authority.certificates == session.connection.hostCAs())
      case "user": #expect(authority.certificates == [try #require(bot.authorities.first)])
      default: #expect(authority.certificates.count == 1)
      }
    }
  }

  @Test("what cannot be read is told over HTTP", arguments: TeleportTarget.all)
  func refusalsOverHTTP(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      guard session.major < 15 else { return }
      let bot = try await bot(session)
      let cluster = session.admin.clusterName
      await #expect(
        throws: Refusal(code: 404, message: "key \"/authorities/host/nosuch\" is not found")
      ) { try await overHTTP(bot, "host", "nosuch") }
      await #expect(
        throws: Refusal(code: 400, message: "\"nosuch\" authority type is not supported")
      ) { try await overHTTP(bot, "nosuch", cluster) }
      await #expect(
        throws: Refusal(
          code: 403, message: "access denied to perform action \"read\" on \"cert_authority\"")
      ) { try await overHTTP(bot, "host", cluster, keys: "true") }
      await #expect(
        throws: Refusal(
          code: 400, message: "'load_keys': expected 'true' or 'false', got maybe")
      ) { try await overHTTP(bot, "host", cluster, keys: "maybe") }
    }
  }

  @Test("what cannot be read is told over gRPC", arguments: TeleportTarget.all)
  func refusalsOverGRPC(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      guard session.major >= 13 else { return }
      let bot = try await bot(session)
      let cluster = session.admin.clusterName
      await #expect(
        throws: Refusal(code: 5, message: "key \"/authorities/host/nosuch\" is not found")
      ) { try await overGRPC(bot, "host", "nosuch") }
      await #expect(
        throws: Refusal(code: 3, message: "\"nosuch\" authority type is not supported")
      ) { try await overGRPC(bot, "nosuch", cluster) }
      await #expect(
        throws: Refusal(
          code: 7, message: "access denied to perform action \"read\" on \"cert_authority\"")
      ) { try await overGRPC(bot, "host", cluster, keys: true) }
    }
  }

  @Test("the right to read without secrets is enough to watch", arguments: TeleportTarget.all)
  func watch(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let bot = try await bot(session)
      var kind = WireWriter()
      kind.string(1, "cert_authority")
      var watch = WireWriter()
      watch.bytes(1, kind.bytes)
      #expect(
        try await PlainTeleportClient.watches(
          session, as: bot.identity, version: session.connection.server.version, watch.bytes))
      kind.varint(2, 1)
      var greedy = WireWriter()
      greedy.bytes(1, kind.bytes)
      #expect(
        try await !PlainTeleportClient.watches(
          session, as: bot.identity, version: session.connection.server.version, greedy.bytes))
    }
  }
}
