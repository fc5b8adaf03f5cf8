import Logging
import Operations
import ServiceLifecycle
import TeleportClient

/// Asks for a renewal when a CA of the cluster changes: at every phase of a rotation.
///
/// Holds one idle connection of its own. Where the stream breaks it is opened again, and what changed in between is
/// seen by comparing.
struct AuthorityWatch: Service {
  let bot: BotService
  var backoff = Backoff(initial: .seconds(1), maximum: .seconds(60))

  func run() async throws {
    await cancelWhenGracefulShutdown { await watch() }
  }

  private func watch() async {
    for await _ in bot.connected.stream { break }
    var failures = 0
    while !Task.isCancelled {
      let start = ContinuousClock.now
      do {
        try await follow()
      } catch {
        bot.logger.debug("not watching the CAs now", metadata: ["reason": "\(error)"])
      }
      // A stream that has lived for a while ended for a reason of its own.
      if start.duration(to: .now) > backoff.maximum { failures = 0 }
      failures += 1
      try? await Task.sleep(for: backoff.delay(attempt: failures))
    }
  }

  private func follow() async throws {
    guard let identity = try await bot.source.present() else { return }
    let connection = try await AuthConnection.open(
      bot.server.address(), as: identity.tls)
    defer { connection.drain() }
    let requests = bot.requests
    try await connection.watchAuthorities {
      let now = try? await TrustedAuthorities(connection, identity: identity)
      // From here on there is nothing to do but to wait.
      defer { ResidentCode.release() }
      // What the bot has used last, which may be newer than when this connection was opened.
      guard let now, let last = await bot.lastAuthorities, now != last else { return }
      requests.request(.authoritiesChanged)
    } onChange: {
      requests.request(.authoritiesChanged)
    }
  }
}

/// Asks for a renewal when somebody else has changed the identity that the bot uses.
struct IdentityWatch: Service {
  let bot: BotService

  func run() async throws {
    let requests = bot.requests
    await cancelWhenGracefulShutdown {
      await bot.source.watchForChanges { requests.request(.identityChanged) }
    }
    // Services that end take the others with them.
    try? await gracefulShutdown()
  }
}
