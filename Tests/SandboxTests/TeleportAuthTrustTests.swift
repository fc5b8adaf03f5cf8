import Documents
import FoundationEssentials
import GRPCCore
import TeleportSchema
import Testing
import X509

@testable import TeleportSandbox

/// The cluster's authorities: how a bot reads them, and how they change.
@Suite struct TeleportAuthTrustTests {
  static let cluster = "sandbox.example.com"

  struct Keys: Hashable, Sendable {
    var active: [String]
    var additional: [String]
    var phase: String
  }

  private func bot(_ sandbox: TeleportSandbox) async throws -> TeleportAuthBot {
    let token = try await sandbox.addBot(name: "x", roles: [])
    return try await TeleportAuthBot.join(sandbox, "x", token: token)
  }

  private func request(_ type: String, _ domain: String, keys: Bool = false) -> [UInt8] {
    var writer = WireWriter()
    writer.string(1, type)
    writer.string(2, domain)
    if keys { writer.varint(3, 1) }
    return writer.bytes
  }

  private func keys(_ message: [UInt8]) -> Keys {
    Keys(
      active: message.messages(at: [5, 11, 2]).map { $0.string(at: [1]) },
      additional: message.messages(at: [5, 12, 2]).map { $0.string(at: [1]) },
      phase: message.string(at: [5, 8, 2]))
  }

  /// By whichever way the version has.
  private func keys(_ bot: TeleportAuthBot, _ type: String) async throws -> Keys {
    guard bot.sandbox.version.major < 13 else {
      return keys(
        try await bot.call(
          "teleport.trust.v1.TrustService/GetCertAuthority", request(type, Self.cluster)))
    }
    let answer = try await bot.sandbox.legacyClient(bot.credentials)
      .get("/v2/authorities/\(type)/\(Self.cluster)?load_keys=false")
    func certificates(_ name: String) -> [String] {
      let pairs = answer.json["spec"]?[name]?["tls"]?.array ?? []
      return pairs.map {
        String(decoding: Data(base64Encoded: $0["cert"]?.string ?? "") ?? Data(), as: UTF8.self)
      }
    }
    return Keys(
      active: certificates("active_keys"), additional: certificates("additional_trusted_keys"),
      phase: answer.json["spec"]?["rotation"]?["phase"]?.string ?? "")
  }

  private func trusted(_ sandbox: TeleportSandbox, _ type: String) async throws -> [String] {
    switch type {
    case "host": try await sandbox.hostAuthorities
    case "user": try await sandbox.userAuthorities
    default: try await sandbox.databaseAuthorities
    }
  }

  private func rotate(
    _ sandbox: TeleportSandbox, _ type: String, to phase: TeleportSandbox.RotationPhase
  ) async throws {
    switch type {
    case "host": try await sandbox.rotateHostAuthority(to: phase)
    case "user": try await sandbox.rotateUserAuthority(to: phase)
    default: try await sandbox.rotateDatabaseAuthority(to: phase)
    }
  }

  @Test(arguments: [11, 14, 18], ["host", "user", "db"])
  func botFollowsARotation(major: Int, type: String) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await bot(sandbox)
      let old = try await keys(bot, type)
      #expect(try await old == Keys(active: trusted(sandbox, type), additional: [], phase: ""))
      try await rotate(sandbox, type, to: .initial)
      let begun = try await keys(bot, type)
      #expect(begun.active == old.active && begun.additional.count == 1)
      #expect(begun.phase == "init")
      try await rotate(sandbox, type, to: .updateClients)
      let swapped = try await keys(bot, type)
      #expect(
        swapped
          == Keys(
            active: begun.additional, additional: begun.active, phase: "update_clients"))
      #expect(try await trusted(sandbox, type) == swapped.active + swapped.additional)
    }
  }

  @Test(arguments: [11, 14, 18])
  func newUserAuthoritySignsAndTheOldOneGoes(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let old = try await bot(sandbox)
      let oldAuthority = try Certificate(pemEncoded: try await sandbox.userAuthority)
      try await sandbox.rotateUserAuthority(to: .initial)
      let during = try await old.renewed()
      #expect(
        try oldAuthority.publicKey.isValidSignature(
          during.certificate.signature, for: during.certificate))
      try await sandbox.rotateUserAuthority(to: .updateClients)
      let new = try await during.renewed()
      let newAuthority = try Certificate(pemEncoded: try await sandbox.userAuthority)
      #expect(newAuthority != oldAuthority)
      #expect(
        try newAuthority.publicKey.isValidSignature(
          new.certificate.signature, for: new.certificate))
      // Both generations are let in until the rotation is over.
      _ = try await old.call("proto.AuthService/Ping")
      try await sandbox.rotateUserAuthority(to: .updateServers)
      _ = try await new.call("proto.AuthService/Ping")
      try await sandbox.rotateUserAuthority(to: .standby)
      await #expect(throws: BotRefusal.self) { try await old.call("proto.AuthService/Ping") }
      _ = try await new.call("proto.AuthService/Ping")
      #expect(try await keys(new, "user").additional.isEmpty)
      #expect(try await keys(new, "user").phase == "standby")
    }
  }

  @Test(arguments: [13, 14, 18])
  func rightsAndNames(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await bot(sandbox)
      let get = "teleport.trust.v1.TrustService/GetCertAuthority"
      let ask = { (message: [UInt8]) in try await bot.call(get, message) }
      await expectRefusal(7, "access denied to perform action \"read\" on \"cert_authority\"") {
        try await ask(request("host", Self.cluster, keys: true))
      }
      await expectRefusal(3, "\"nosuch\" authority type is not supported") {
        try await ask(request("nosuch", Self.cluster))
      }
      await expectRefusal(5, "key \"/authorities/host/nosuch\" is not found") {
        try await ask(request("host", "nosuch"))
      }
      let whole = request("user", Self.cluster, keys: true)
      let message = try await sandbox.asAdmin { try await $0.call(get, whole) }
      let key = try #require(message.messages(at: [5, 11, 2]).first).string(at: [2])
      #expect(key.hasPrefix("-----BEGIN"))
      let without = request("user", Self.cluster)
      let stripped = try await sandbox.asAdmin { try await $0.call(get, without) }
      #expect(stripped.messages(at: [5, 11, 2]).allSatisfy { !$0.has([2]) })
      let nobody = try await sandbox.withClient(nil) { try await $0.code(get, without) }
      #expect(nobody == .permissionDenied)
    }
  }

  @Test func serviceIsNewIn13() async throws {
    try await withSandbox(.init(major: 12)) { sandbox in
      let code = try await sandbox.asAdmin {
        try await $0.code("teleport.trust.v1.TrustService/GetCertAuthority")
      }
      #expect(code == .unimplemented)
    }
  }

  @Test(arguments: [11, 14, 18])
  func everyPhaseIsAnEvent(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let bot = try await bot(sandbox)
      var kind = WireWriter()
      kind.string(1, "cert_authority")
      kind.bytes(4, entry("user", Self.cluster))
      kind.bytes(4, entry("host", "*"))
      let watch = carrying(kind.bytes)
      let seen = try await sandbox.withClient(bot.credentials) { client in
        try await client.stream("proto.AuthService/WatchEvents", watch) { events in
          var iterator = events.makeAsyncIterator()
          _ = try await iterator.next()
          // Not among what is watched.
          try await sandbox.rotateDatabaseAuthority(to: .initial)
          try await sandbox.rotateUserAuthority(to: .initial)
          try await sandbox.rotateHostAuthority(to: .initial)
          try await sandbox.rotateUserAuthority(to: .updateClients)
          var seen: [String] = []
          while seen.count < 3, let event = try await iterator.next() {
            let resource = event.message(at: [3]) ?? []
            seen.append(
              "\(event.varint(at: [1]) ?? 0) \(resource.string(at: [2])) \(resource.string(at: [5, 8, 2]))"
            )
          }
          return seen
        }
      }
      #expect(seen == ["1 user init", "1 host init", "1 user update_clients"])
    }
  }

  private func entry(_ key: String, _ value: String) -> [UInt8] {
    var writer = WireWriter()
    writer.string(1, key)
    writer.string(2, value)
    return writer.bytes
  }

  @Test func anybodyLearnsTheHostAuthoritiesForPinning() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let reply = try await sandbox.withClient(nil) {
        try await $0.call("proto.AuthService/GetClusterCACert")
      }
      #expect(reply.string(at: [1]) == (try await sandbox.hostAuthorities.joined()))
    }
  }
}
