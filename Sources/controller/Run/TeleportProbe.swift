import TeleportClient

/// Finds out whether Teleport answers the bot, and not just anybody: a locked bot or a refused certificate is found,
/// which Ping would not notice.
actor TeleportProbe {
  private let link: TeleportLink
  private var lastSuccess: ContinuousClock.Instant?
  /// How long an answer counts, so that frequent questions are not as many calls.
  private static let freshness: Duration = .seconds(5)
  private static let timeout: Duration = .seconds(3)

  init(link: TeleportLink) { self.link = link }

  /// Why Teleport cannot be used; nil where it has just answered.
  func problem() async -> String? {
    guard let connection = await link.connection else { return "not connected to Teleport" }
    if let lastSuccess, lastSuccess.duration(to: .now) < Self.freshness { return nil }
    lastSuccess = nil
    do throws(TeleportError) {
      try await connection.checkAccess(timeout: Self.timeout)
      lastSuccess = .now
      return nil
    } catch {
      return "Teleport does not answer the bot: \(error)"
    }
  }
}
