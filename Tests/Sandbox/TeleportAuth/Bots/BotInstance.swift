import FoundationEssentials

/// One process of a bot, from its join on; servers from 16 on tell them apart.
struct BotInstance: Hashable, Sendable {
  let botName: String
  /// That of the last certificate.
  var generation: UInt64
  /// The end of the last certificate, and five minutes.
  var expires: Date

  static let expiryMargin: TimeInterval = 300
}

/// How long a bot's certificates last.
enum BotLifetime {
  static let byDefault: TimeInterval = 3600

  static func maximum(major: Int) -> TimeInterval { major >= 17 ? 7 * 86_400 : 86_400 }
}
