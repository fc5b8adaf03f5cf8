import FoundationEssentials
import TeleportClient

/// How a bot comes by its identity, and what it needs in Teleport: one for each join method.
protocol IdentitySource: Sendable {
  /// Finds out what a person has to mend before anything is asked of Teleport. Can be called again.
  func prepare() async throws

  /// An identity that can be used now.
  ///
  /// - Guarantees: what it returns can be lost without harm, or has been written durably.
  /// - Parameters:
  ///   - moment: local time, and what is known of the server's clock.
  ///   - renewedSince: an identity that was issued before that is renewed even if it is still good: a CA has changed.
  func authenticate(at moment: Moment, renewedSince: Date?) async throws -> BotIdentity

  /// The identity that is in use, read anew where it is kept; nil where there is none. Renews nothing.
  func present() async throws -> BotIdentity?

  /// Creates or corrects what the bot needs in Teleport. Can be repeated.
  func bootstrap(_ connection: AuthConnection) async throws

  /// Takes note of the CAs that the server has shown over a connection that it was verified on.
  func learned(_ authorities: TrustedAuthorities)

  /// Takes note that Teleport has refused the identity or something that was asked with it.
  ///
  /// - Returns: the end, where no further try can help.
  func refused(_ error: TeleportError) -> StepFailure?

  /// Tells when somebody else has changed the identity; returns when the task is cancelled, or at once where nobody can.
  func watchForChanges(_ onChange: @escaping @Sendable () -> Void) async
}

extension IdentitySource {
  func bootstrap(_ connection: AuthConnection) async throws {}
  func learned(_ authorities: TrustedAuthorities) {}
  func refused(_ error: TeleportError) -> StepFailure? { nil }
  func watchForChanges(_ onChange: @escaping @Sendable () -> Void) async {}
}

/// Local time and what is known of the server's clock.
struct Moment: Sendable {
  let local: Date
  let server: ServerClock

  var serverTime: Date { server.serverTime(at: local) }
}
