import FoundationEssentials

/// Bots by their own service, which servers have from 15 on.
extension AuthState {
  func getBot(_ call: Call) throws(CallError) -> Reply {
    try call.caller.rules.require(.read, on: "bot")
    let name = call.message.string(at: [1])
    guard let bot = BotMessage.read(name, cache) else { throw absentBot(name) }
    return .message(bot)
  }

  /// Pages of users: one may hold no bot and still have a successor.
  func listBots(_ call: Call) throws(CallError) -> Reply {
    try call.caller.rules.require(.list, .read, on: "bot")
    let page = Page.cut(
      cache.all("user"), size: call.message.varint(at: [1]), token: call.message.string(at: [2]))
    let bots = page.resources.compactMap { user in
      user.message.map(at: ResourceField.labels)[Label.bot].flatMap { BotMessage.read($0, cache) }
    }
    return .message(Page.message(bots, field: 1, next: page.next, nextField: 2))
  }

  func createBot(_ call: Call) throws(CallError) -> Reply {
    let bot = try checkedBot(call)
    try call.caller.rules.require(.create, on: "bot")
    let name = bot.string(at: BotMessage.name)
    guard backend["user", BotNames.resource(name)] == nil else {
      throw CallError(.alreadyExists, "user \"\(BotNames.resource(name))\" already exists")
    }
    count("bot", \.created)
    return try storeBot(bot, by: call.caller)
  }

  func upsertBot(_ call: Call) throws(CallError) -> Reply {
    let bot = try checkedBot(call)
    try call.caller.rules.require(.create, .update, on: "bot")
    let name = bot.string(at: BotMessage.name)
    count("bot", backend["user", BotNames.resource(name)] == nil ? \.created : \.updated)
    return try storeBot(bot, by: call.caller)
  }

  func deleteBot(_ call: Call) throws(CallError) -> Reply {
    try call.caller.rules.require(.delete, on: "bot")
    let name = call.message.string(at: [1])
    guard BotMessage.read(name, backend) != nil else { throw absentBot(name) }
    count("bot", \.deleted)
    commit(.delete(ResourceKey(kind: "user", name: BotNames.resource(name))))
    commit(.delete(ResourceKey(kind: "role", name: BotNames.resource(name))))
    return .empty
  }

  private func checkedBot(_ call: Call) throws(CallError) -> [UInt8] {
    let bot = call.message.message(at: [1]) ?? []
    guard !bot.string(at: BotMessage.name).isEmpty else {
      throw CallError(.badParameter, "metadata.name: must be non-empty")
    }
    guard bot.has([5]) else { throw CallError(.badParameter, "spec: must be non-nil") }
    if bot.strings(at: [5, 1]).contains("") {
      throw CallError(.badParameter, "spec.roles: must not contain empty strings")
    }
    return bot
  }

  private func storeBot(_ bot: [UInt8], by caller: Caller) throws(CallError) -> Reply {
    var role = BotMessage.role(of: bot)
    try RoleDefaults(major: major).complete(&role)
    store(role, kind: "role")
    var user = BotMessage.user(of: bot)
    try UserCompletion.complete(&user, major: major)
    UserCompletion.setCreator(of: &user, to: caller.name, seconds: now.timeIntervalSince1970)
    store(user, kind: "user")
    return .message(BotMessage.read(bot.string(at: BotMessage.name), backend) ?? bot)
  }

  private func absentBot(_ name: String) -> CallError {
    CallError(.notFound, "bot \"\(name)\" not found")
  }
}

extension CallDefinition {
  private static let service = "teleport.machineid.v1.BotService/"

  static let bots = [
    CallDefinition(service + "GetBot", .modern, name: [1]) { state, call in try state.getBot(call)
    },
    CallDefinition(service + "ListBots", .modern) { state, call in try state.listBots(call) },
    CallDefinition(service + "CreateBot", .modern, name: [1] + BotMessage.name) { state, call in
      try state.createBot(call)
    },
    CallDefinition(service + "UpsertBot", .modern, name: [1] + BotMessage.name) { state, call in
      try state.upsertBot(call)
    },
    CallDefinition(service + "DeleteBot", .modern, name: [1]) { state, call in
      try state.deleteBot(call)
    },
  ]
}
