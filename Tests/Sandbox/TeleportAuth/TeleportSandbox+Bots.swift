import Documents
import FoundationEssentials
import TeleportSchema

/// How somebody without a certificate proves that it may join.
public enum JoinMethod: Hashable, Sendable {
  /// By the token's name, which is good for one join of a bot.
  case token
  /// By a token of one of these service accounts, each `NAMESPACE:NAME`; see `Options.reviewToken`.
  case kubernetes([String])

  var name: String {
    switch self {
    case .token: "token"
    case .kubernetes: "kubernetes"
    }
  }
}

/// Bots and their join tokens, without the API.
extension TeleportSandbox {
  /// Makes a bot as `tctl bots add` leaves it: its user, its role, and a token to join with.
  ///
  /// - Parameters:
  ///   - roles: what it may ask for in place of its own role; they need not exist yet.
  ///   - token: the token's name; nil makes one up.
  ///   - lifetime: of the token; nil for one that does not expire.
  /// - Returns: the token's name.
  @discardableResult
  public func addBot(
    name: String, roles: [String], token: String? = nil, method: JoinMethod = .token,
    lifetime: Duration? = .seconds(3600)
  ) async throws -> String {
    let resource = BotNames.resource(name)
    try await put(
      "role",
      [
        "kind": "role", "version": .string(version.major <= 11 ? "v5" : "v6"),
        "metadata": [
          "name": .string(resource),
          "description": .string("Automatically generated role for bot \(name)"),
          "labels": [Label.bot: .string(name)],
        ],
        "spec": [
          "options": ["max_session_ttl": "12h"],
          "allow": [
            "rules": [["resources": ["cert_authority"], "verbs": ["readnosecrets"]]],
            "impersonate": ["roles": .array(roles.map { .string($0) })],
          ],
        ],
      ])
    try await put(
      "user",
      [
        "kind": "user", "version": "v2",
        "metadata": [
          "name": .string(resource),
          "labels": [Label.bot: .string(name), Label.botGeneration: "0"],
        ],
        "spec": ["roles": [.string(resource)], "traits": ["logins": []]],
      ])
    let token = token ?? [UInt8].random(count: 16).map(Self.hexadecimal).joined()
    let expires = await now.addingTimeInterval((lifetime ?? .zero) / .seconds(1))
    try await addToken(
      name: token, method: method, botName: name, expires: lifetime == nil ? nil : expires)
    return token
  }

  /// Makes or replaces a token.
  ///
  /// - Throws: where Teleport would not take such a token.
  public func addToken(
    name: String, method: JoinMethod = .token, botName: String = "", roles: [String] = ["Bot"],
    expires: Date? = nil
  ) async throws {
    var spec = WireWriter()
    for role in roles { spec.string(1, role) }
    spec.string(4, method.name)
    if !botName.isEmpty { spec.string(5, botName) }
    if case .kubernetes(let accounts) = method {
      var configuration = WireWriter()
      for account in accounts {
        var rule = WireWriter()
        rule.string(1, account)
        configuration.bytes(1, rule.bytes)
      }
      spec.bytes(10, configuration.bytes)
    }
    var metadata = WireWriter()
    metadata.string(1, name)
    if let expires {
      metadata.bytes(
        6, TimestampMessage.encode(seconds: Int64(expires.timeIntervalSince1970.rounded(.down))))
    }
    var token = WireWriter()
    token.bytes(4, metadata.bytes)
    token.bytes(5, spec.bytes)
    try await state.putByHand(token.bytes, kind: "token")
  }

  /// What the server counts the renewals of a bot's certificates with: before 16 one number for the bot, from 16 on one
  /// for each of its instances.
  public func generations(ofBot name: String) async -> [UInt64] {
    await state.generations(ofBot: name)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}

extension AuthState {
  func generations(ofBot name: String) -> [UInt64] {
    guard major < 16 else {
      return botInstances.values.filter { $0.botName == name && $0.expires > now }
        .map(\.generation).sorted()
    }
    let user = backend["user", BotNames.resource(name)]
    return user?.message.map(at: ResourceField.labels)[Label.botGeneration]
      .flatMap(UInt64.init).map { [$0] } ?? []
  }
}
