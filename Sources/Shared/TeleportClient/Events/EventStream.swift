import Synchronization
import TeleportSchema

extension AuthConnection {
  private static let watchMethod = "proto.AuthService/WatchEvents"

  /// Follows the changes of the given kinds until the stream ends.
  ///
  /// - Guarantees: `.initialized` comes first, once. After an end or an error something may have been missed: list again.
  /// - Parameters:
  ///   - kinds: Teleport's names; the caller's role needs `read` on each. A server from 13 on leaves out what the caller
  ///     may not read or the server does not know; an older one refuses the whole: see `watchableKinds(among:)`.
  ///   - onAccepted: called before `.initialized`, with the kinds whose changes will be told.
  public func watch(
    kinds: [String], onAccepted: @escaping @Sendable (Set<String>) async -> Void = { _ in },
    onEvent: @escaping @Sendable (TeleportEvent) async -> Void
  ) async throws(TeleportError) {
    try await events(of: kinds, allowPartialSuccess: true) { message throws(WireError) in
      guard let event = try TeleportEvent(message) else { return }
      if event == .initialized {
        await onAccepted(try WatchStatus.acceptedKinds(message) ?? Set(kinds))
      }
      await onEvent(event)
    }
  }

  /// Which of these kinds `watch` would accept, asked for one by one.
  ///
  /// - Throws: what says nothing of the kind, such as `.unreachable`.
  public func watchableKinds(among kinds: [String]) async throws(TeleportError) -> Set<String> {
    var accepted: Set<String> = []
    for kind in kinds {
      do {
        if try await isWatchable(kind) { accepted.insert(kind) }
      } catch  where error.refusesWatch {
        continue
      }
    }
    return accepted
  }

  private func isWatchable(_ kind: String) async throws(TeleportError) -> Bool {
    /// Ends the stream, which would go on for ever.
    struct Answered: Error {}
    let accepted = Mutex<Bool?>(nil)
    let request = try watchRequest([kind], allowPartialSuccess: true)
    do {
      try await stream(Self.watchMethod, request, timeout: Self.defaultTimeout) { message in
        let kinds = try WatchStatus.acceptedKinds(message)
        accepted.withLock { $0 = kinds?.contains(kind) ?? true }
        throw Answered()
      }
    } catch {
      guard let answer = accepted.withLock({ $0 }) else { throw error }
      return answer
    }
    return false
  }

  /// - Parameter allowPartialSuccess: go on without the kinds that the caller may not read or the server does not know.
  func events(
    of kinds: [String], allowPartialSuccess: Bool,
    onMessage: @escaping @Sendable ([UInt8]) async throws(WireError) -> Void
  ) async throws(TeleportError) {
    let request = try watchRequest(kinds, allowPartialSuccess: allowPartialSuccess)
    try await stream(Self.watchMethod, request) { message in
      do { try await onMessage(message) } catch {
        throw TeleportError(.malformedReply, operation: Self.watchMethod, detail: "\(error)")
      }
    }
  }

  private func watchRequest(
    _ kinds: [String], allowPartialSuccess: Bool
  ) throws(TeleportError) -> [UInt8] {
    var request = Proto_Watch()
    request.kinds = kinds.map { kind in .with { $0.kind = kind } }
    request.allowPartialSuccess = allowPartialSuccess
    guard let bytes: [UInt8] = try? request.serializedBytes() else {
      throw TeleportError(
        .invalidArgument, operation: Self.watchMethod, detail: "cannot be encoded")
    }
    return bytes
  }
}

extension TeleportError {
  /// Whether a watch was refused for what it asks for, so that one for less may be accepted.
  public var refusesWatch: Bool {
    switch code {
    case .permissionDenied, .invalidArgument, .unimplemented, .refused: true
    default: false
    }
  }
}
