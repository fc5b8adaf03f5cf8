import Credentials
import FoundationEssentials
import Operations
import Synchronization
import TeleportClient

/// A bot that joins with a token once and renews the identity that it got, which the server counts.
///
/// A renewal that the server has counted but whose certificate was lost cannot be repeated: the next one with the old
/// certificate would lock the bot. So each renewal is marked on disk before it is asked for; after one whose outcome is
/// unknown the server is asked, and where it does not tell, the old identity is used as long as it lasts but never
/// renewed again.
///
/// - Guarantees: no identity is used before it is on disk; one process per storage; never two renewals of one identity.
final class TokenJoinSource: IdentitySource {
  private let settings: Onboarding
  private let client: JoinClient
  private let interval: Duration
  private let storage: IdentityStorage
  private let lock = Mutex<DirectoryLock?>(nil)

  init(
    _ settings: Onboarding, storage: IdentityStorage, client: JoinClient, interval: Duration
  ) {
    self.settings = settings
    self.client = client
    self.interval = interval
    self.storage = storage
  }

  func prepare() async throws {
    let storage = storage
    try await onBlockingThread { try storage.prepare() }
    if lock.withLock({ $0 != nil }) { return }
    let held = try await onBlockingThread { try storage.lock() }
    lock.withLock { $0 = held }
  }

  func authenticate(at moment: Moment, renewedSince: Date?) async throws -> BotIdentity {
    let storage = storage
    let (kept, begun) = try await onBlockingThread {
      (try storage.kept(), try storage.begunRenewal())
    }
    // Whoever has joined may have removed the token's file: then it is the one that was joined with.
    let token: Result<Secret<String>, any Error>
    do { token = .success(try await settings.token.token()) } catch { token = .failure(error) }
    let hash = (try? token.get()).map(IdentityStorage.hash) ?? kept?.tokenHash ?? ""
    let step = IdentityStep.next(
      kept: kept, tokenHash: hash, begun: begun, at: moment.serverTime, interval: interval,
      renewedSince: renewedSince)
    switch (step, kept) {
    case (.use, let kept?): return kept.bot
    case (.renew, let kept?): return try await renew(kept, at: moment)
    case (.resolve, let kept?): return try await resolve(kept, begun, try? token.get(), at: moment)
    case (.join(let reason), _): return try await join(token.get(), reason, at: moment)
    default: throw CredentialsError(.notReady, "there is no identity")
    }
  }

  func present() async throws -> BotIdentity? {
    let storage = storage
    return try await onBlockingThread { try storage.kept()?.bot }
  }

  func refused(_ error: TeleportError) -> StepFailure? {
    guard error.code == .locked || error.code == .generationMismatch else { return nil }
    return StepFailure(
      phase: .authenticating,
      reason:
        "\(error). A token cannot join again by itself: find out why (tctl get locks), remove the lock "
        + "(tctl rm lock/NAME), then start the bot again, with a new token if its identity has ended by then",
      remedy: .end)
  }

  // MARK: -

  private func join(
    _ token: Secret<String>, _ reason: IdentityStep.Reason, at moment: Moment
  ) async throws -> BotIdentity {
    do {
      return try await keep(client.join(token: token, at: moment), token: token)
    } catch let error as TeleportError where error.isRefusal {
      throw StepFailure(
        phase: .authenticating,
        reason:
          "cannot join, as \(reason.rawValue): \(error). A token is used up by one join, also by one "
          + "whose answer was lost: give the bot a new token (tctl bots add, or tctl tokens add --type=bot)",
        remedy: .end)
    }
  }

  private func renew(_ kept: OwnIdentity, at moment: Moment) async throws -> BotIdentity {
    let storage = storage
    let connection = try await AuthConnection.open(client.server.address(), as: kept.tls)
    defer { connection.drain() }
    return try await renew(kept, over: connection, storage, at: moment)
  }

  private func renew(
    _ kept: OwnIdentity, over connection: AuthConnection, _ storage: IdentityStorage,
    at moment: Moment
  ) async throws -> BotIdentity {
    let algorithm = KeyPair.Algorithm(teleportMajor: connection.server.major)
    let keyPair = try await onBlockingThread { try KeyPair.generate(algorithm) }
    let authorities = try await TrustedAuthorities(connection, identity: kept.bot)
    let lifetime = TimeInterval(client.certificateTTL.components.seconds)
    let request = CertificateRequest(
      user: kept.bot.user, keyPair: keyPair,
      notAfter: moment.serverTime.addingTimeInterval(lifetime),
      sshHostCAs: authorities.sshHostCAs)
    let begun = BegunRenewal(fingerprint: kept.fingerprint, time: moment.local)
    try await onBlockingThread { try storage.mark(begun) }
    let issued: IssuedCredentials
    do {
      issued = try await connection.issue(request)
    } catch {
      if !error.mayHaveTakenEffect {
        try await onBlockingThread { try storage.clearMark() }
      }
      throw error
    }
    let complete = authorities.complete(issued)
    let hash = kept.tokenHash
    return try await onBlockingThread {
      try storage.keep(complete, tokenHash: hash)
      return try storage.kept()?.bot ?? kept.bot
    }
  }

  /// After a renewal whose outcome is unknown.
  private func resolve(
    _ kept: OwnIdentity, _ begun: BegunRenewal?, _ token: Secret<String>?, at moment: Moment
  ) async throws -> BotIdentity {
    let storage = storage
    let connection = try await AuthConnection.open(client.server.address(), as: kept.tls)
    defer { connection.drain() }
    let counted = try await connection.ownGeneration()
    if let counted, UInt64(counted) == kept.tls.certificate.generation {
      guard let begun, begun.isSettled(at: moment.local) else {
        throw CredentialsError(
          .notReady,
          "the answer to a renewal was lost; finding out whether the server has counted it")
      }
      // The server has not counted it: nothing is lost.
      try await onBlockingThread { try storage.clearMark() }
      return try await renew(kept, over: connection, storage, at: moment)
    }
    var refusal = "there is no token to join with again"
    if let token {
      do {
        return try await keep(client.join(token: token, at: moment), token: token)
      } catch let error as TeleportError where error.isRefusal {
        refusal = "this token cannot join again (\(error.code.rawValue))"
      }
    }
    let end = kept.tls.certificate.notAfter.formatted(Date.ISO8601FormatStyle())
    return kept.bot.warning(
      "the answer to the last renewal was lost and \(refusal): the identity is good until \(end) and cannot be "
        + "renewed; give the bot a new token before that")
  }

  private func keep(
    _ issued: IssuedCredentials, token: Secret<String>
  ) async throws -> BotIdentity {
    let storage = storage
    let hash = IdentityStorage.hash(of: token)
    return try await onBlockingThread {
      try storage.keep(issued, tokenHash: hash)
      guard let kept = try storage.kept() else {
        throw CredentialsError(.notReady, "the identity that was written is not there")
      }
      return kept.bot
    }
  }
}

extension TeleportError {
  /// Whether the server has said no, and would say so again.
  var isRefusal: Bool {
    switch code {
    case .notFound, .permissionDenied, .invalidArgument, .alreadyExists, .refused, .locked,
      .generationMismatch:
      true
    default: false
    }
  }
}
