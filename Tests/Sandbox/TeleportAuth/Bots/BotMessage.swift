import TeleportSchema

/// A bot as the API shows it: made up from its user and its role.
///
/// Source: teleport.machineid.v1.Bot; 18.0.0 keeps no description, gives no revision, and lists traits in any order.
struct BotMessage {
  static let name = [4, 1]
  private static let spec = 5
  private static let defaultLifetime: UInt64 = 12 * 3600

  /// nil where there is no such bot, or where its role is gone.
  static func read(_ name: String, _ store: ResourceStore) -> [UInt8]? {
    let resource = BotNames.resource(name)
    guard let user = store["user", resource]?.message, let role = store["role", resource]?.message,
      user.map(at: ResourceField.labels)[Label.bot] == name
    else { return nil }
    var metadata = WireWriter()
    metadata.string(1, name)
    for (key, value) in user.map(at: ResourceField.labels).sorted(by: { $0.key < $1.key })
    where key != Label.bot && key != Label.botGeneration {
      var entry = WireWriter()
      entry.string(1, key)
      entry.string(2, value)
      metadata.bytes(5, entry.bytes)
    }
    var spec = WireWriter()
    for role in role.strings(at: RoleField.allow + [ConditionField.impersonate, 2]) {
      spec.string(1, role)
    }
    for (key, values) in traits(of: user).sorted(by: { $0.key > $1.key }) {
      var trait = WireWriter()
      trait.string(1, key)
      for value in values { trait.string(2, value) }
      spec.bytes(2, trait.bytes)
    }
    let lifetime = role.varint(at: RoleField.option(2)).map { $0 / 1_000_000_000 }
    spec.bytes(3, TimestampMessage.encode(seconds: Int64(lifetime ?? defaultLifetime)))
    var status = WireWriter()
    status.string(1, resource)
    status.string(3, resource)
    var bot = WireWriter()
    bot.string(1, "bot")
    bot.string(3, "v1")
    bot.bytes(4, metadata.bytes)
    bot.bytes(5, spec.bytes)
    bot.bytes(6, status.bytes)
    return bot.bytes
  }

  static func user(of bot: [UInt8]) -> [UInt8] {
    let name = bot.string(at: Self.name)
    var user: [UInt8] = []
    user.set(ResourceField.kind, to: .string("user"))
    user.set(ResourceField.version, to: .string("v2"))
    user.set(ResourceField.name, to: .string(BotNames.resource(name)))
    var labels = bot.map(at: [4, 5])
    labels[Label.bot] = name
    labels[Label.botGeneration] = "0"
    user.set(ResourceField.labels, to: labels.sorted { $0.key < $1.key }.map(entry))
    user.set(UserField.roles, to: .string(BotNames.resource(name)))
    let traits = bot.messages(at: [spec, 2]).filter { !$0.strings(at: [2]).isEmpty }.map { trait in
      var values = WireWriter()
      for value in trait.strings(at: [2]) { values.string(1, value) }
      var entry = WireWriter()
      entry.string(1, trait.string(at: [1]))
      entry.bytes(2, values.bytes)
      return [UInt8].FieldContent.message(entry.bytes)
    }
    user.set(UserField.traits + [1], to: traits)
    return user
  }

  static func role(of bot: [UInt8]) -> [UInt8] {
    let name = bot.string(at: Self.name)
    var role: [UInt8] = []
    role.set(ResourceField.kind, to: .string("role"))
    role.set(ResourceField.version, to: .string("v7"))
    role.set(ResourceField.name, to: .string(BotNames.resource(name)))
    role.set(ResourceField.labels, to: entry((Label.bot, name)))
    let lifetime = bot.varint(at: [spec, 3, 1]) ?? defaultLifetime
    role.set(RoleField.option(2), to: .varint(lifetime * 1_000_000_000))
    role.set(
      RoleField.allow + [ConditionField.impersonate, 2],
      to: bot.strings(at: [spec, 1]).map { .string($0) })
    return role
  }

  private static func entry(_ pair: (key: String, value: String)) -> [UInt8].FieldContent {
    var entry = WireWriter()
    entry.string(1, pair.key)
    entry.string(2, pair.value)
    return .message(entry.bytes)
  }

  private static func traits(of user: [UInt8]) -> [String: [String]] {
    Dictionary(
      user.messages(at: UserField.traits + [1]).map {
        ($0.string(at: [1]), $0.messages(at: [2]).first?.strings(at: [1]) ?? [])
      }
    ) { _, last in last }
  }
}
