import Documents
import FoundationEssentials
import TeleportClient
import TeleportSchema

extension TeleportSession {
  /// Makes a bot's role and user over the API, as who has no `tctl bots add` does.
  ///
  /// - Returns: the bot's name.
  func makeBot(roles requested: [String] = []) async throws -> String {
    let user = name(users, prefix: "bot-")
    let bot = String(user.dropFirst("bot-".count))
    register(user, of: roles)
    let labels: JSONValue = ["teleport.internal/bot": .string(bot)]
    let allow: JSONValue = [
      "rules": [["resources": ["cert_authority"], "verbs": ["readnosecrets"]]],
      "impersonate": ["roles": .array(requested.map { .string($0) })],
    ]
    _ = try await calls.upsert(try role(user, allow: allow, labels: labels), of: roles)
    _ = try await live(user, of: roles)
    var counted = labels
    counted["teleport.internal/bot-generation"] = "0"
    _ = try await calls.create(try self.user(user, roles: [user], labels: counted), of: users)
    _ = try await live(user, of: users)
    return bot
  }

  /// Makes a token over the API, and waits until reads have it.
  ///
  /// - Returns: its name.
  func makeToken(bot: String, roles: [String] = ["Bot"], method: String = "token") async throws
    -> String
  {
    let name = "contract-token-" + UUID().uuidString.lowercased()
    var metadata = WireWriter()
    metadata.string(1, name)
    var expires = WireWriter()
    expires.varint(1, UInt64(Date().timeIntervalSince1970) + 120)
    metadata.bytes(6, expires.bytes)
    var spec = WireWriter()
    for role in roles { spec.string(1, role) }
    spec.string(4, method)
    if !bot.isEmpty { spec.string(5, bot) }
    if method == "kubernetes" {
      var rule = WireWriter()
      rule.string(1, "ns:account")
      var rules = WireWriter()
      rules.bytes(1, rule.bytes)
      spec.bytes(10, rules.bytes)
    }
    var token = WireWriter()
    token.string(1, "token")
    token.string(3, "v2")
    token.bytes(4, metadata.bytes)
    token.bytes(5, spec.bytes)
    if major >= 13 {
      var request = WireWriter()
      request.bytes(1, token.bytes)
      _ = try await connection.call("proto.AuthService/UpsertTokenV2", request.bytes)
    } else {
      _ = try await connection.call("proto.AuthService/UpsertToken", token.bytes)
    }
    var request = WireWriter()
    request.string(1, name)
    _ = try await eventually {
      try? await connection.call("proto.AuthService/GetToken", request.bytes)
    }
    return name
  }
}
