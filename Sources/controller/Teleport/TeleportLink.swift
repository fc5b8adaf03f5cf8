import Credentials
import FoundationEssentials
import Logging
import Operations
import TeleportClient
import TeleportSchema

/// The way to Teleport: the connection of the newest identity that was published.
///
/// - Guarantees: a new generation means a new connection; the old one serves until the new one works, and then
///   finishes the calls that it has.
actor TeleportLink {
  private let directory: PublishedDirectory
  private let address: AuthAddress
  private let log: StateLog
  private let now: @Sendable () -> Date
  private let onCall: AuthConnection.CallObserver?
  private static let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(30))

  private(set) var connection: AuthConnection?
  private(set) var identity: TLSIdentity?
  private var generation: String?
  /// Whether Teleport serves the bot, as far as was noted or found out.
  private var answer: Answer = .none

  private enum Answer {
    case none
    case good(ContinuousClock.Instant)
    case bad(TeleportError)
  }

  /// Wakes `run` besides the directory.
  private let wishes: AsyncStream<Void>
  private let wish: AsyncStream<Void>.Continuation

  /// How old a good answer may be until Teleport is asked; it is believed for twice that.
  private let checkInterval: Duration
  /// How long others may take to note the first one.
  private static let patience: Duration = .seconds(10)

  init(
    directory: PublishedDirectory, address: AuthAddress, log: StateLog,
    checkInterval: Duration = .seconds(60), now: @escaping @Sendable () -> Date = { Date() },
    onCall: AuthConnection.CallObserver? = nil
  ) {
    self.directory = directory
    self.address = address
    self.log = log
    self.checkInterval = checkInterval
    self.now = now
    self.onCall = onCall
    (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Watches the directory and connects anew with each generation, until cancelled.
  ///
  /// - Parameter use: runs with each connection and is cancelled when the next one is there.
  func run(_ use: @escaping @Sendable (AuthConnection) async -> Void) async {
    let (signals, signal) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in DirectoryWatcher(path: self.directory.path).signals() { signal.yield() }
      }
      group.addTask { for await _ in self.wishes { signal.yield() } }
      var user: Task<Void, Never>?
      for await _ in signals {
        var failures = 0
        while !Task.isCancelled {
          do {
            guard let fresh = try await connectIfNew() else { break }
            let previous = user
            previous?.cancel()
            let task = Task {
              // Two at once would tell the mirror two stories.
              await previous?.value
              await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.check(fresh) }
                await use(fresh)
              }
            }
            user = task
            group.addTask {
              await withTaskCancellationHandler {
                await task.value
              } onCancel: {
                task.cancel()
              }
            }
            break
          } catch {
            failures += 1
            report(error)
            guard Self.mayPass(error) else { break }
            try? await Task.sleep(for: Self.backoff.delay(attempt: failures))
          }
        }
        if Task.isCancelled { break }
      }
      group.cancelAll()
    }
    connection?.drain()
  }

  /// Opens a new connection with the same identity: the server is not what it was.
  func connectAnew() {
    generation = nil
    wish.yield()
  }

  /// Why Teleport cannot be asked at the moment; empty if it can.
  func problems() -> [String] {
    guard let identity, connection != nil else { return ["not connected to Teleport"] }
    do {
      try identity.checkValidity(at: now())
    } catch {
      return [error.description]
    }
    switch answer {
    case .none: return ["Teleport has not answered the bot yet"]
    case .bad(let error): return ["Teleport does not serve the bot: \(error.code.rawValue)"]
    case .good(let time):
      return time.duration(to: .now) < checkInterval * 2
        ? [] : ["Teleport has not answered the bot for a while"]
    }
  }

  /// When the certificate in use expires; nil before the first connection.
  var certificateExpiry: Date? { identity?.certificate.notAfter }

  /// Takes note of what came of a call that the bot needs rights for.
  ///
  /// - Parameter error: nil where it was answered.
  func note(_ error: TeleportError?) {
    answer = error.map { .bad($0) } ?? .good(.now)
  }

  /// Asks for a role that the bot holds where nobody has noted anything good for a while.
  private func check(_ connection: AuthConnection) async {
    guard let schema = ResourceSchema.named("role") else { return }
    let calls = ResourceCalls(connection, timeout: .seconds(5))
    let role = identity?.certificate.organizations.first ?? ""
    try? await Task.sleep(for: min(Self.patience, checkInterval))
    while !Task.isCancelled {
      if !isServed(within: checkInterval) {
        do throws(TeleportError) {
          // Whoever holds a role may read it. Also "there is none" is an answer.
          _ = try await calls.get(role, of: schema)
          note(nil)
        } catch {
          if Task.isCancelled { return }
          note(error)
        }
      }
      try? await Task.sleep(for: checkInterval)
    }
  }

  private func isServed(within age: Duration) -> Bool {
    guard case .good(let time) = answer else { return false }
    return time.duration(to: .now) < age
  }

  private func connectIfNew() async throws -> AuthConnection? {
    let directory = directory
    let current = try await onBlockingThread { try directory.read() }
    if current.name == generation, connection != nil { return nil }
    try current.identity.checkValidity(at: now())
    let fresh = try await AuthConnection.open(address, as: current.identity, onCall: onCall)
    let isFirst = connection == nil
    // Not drained here: whoever is at work with the old one still has calls to make. It closes when the last of them
    // lets go of it.
    connection = fresh
    identity = current.identity
    generation = current.name
    log.record(
      "teleport", current.name, .info, isFirst ? "connected to Teleport" : "identity renewed",
      metadata: [
        "cluster": "\(fresh.server.clusterName)", "version": "\(fresh.server.version)",
        "address": "\(address)",
        "valid-until":
          "\(current.identity.certificate.notAfter.formatted(Date.ISO8601FormatStyle()))",
      ])
    return fresh
  }

  private func report(_ error: any Error) {
    log.record(
      "teleport", "\(error)", connection == nil ? .notice : .warning,
      connection == nil
        ? "waiting for Teleport" : "cannot use the new identity, keeping the old one",
      metadata: ["reason": "\(error)"])
  }

  /// A directory that is not ready tells when it is; a server does not.
  private static func mayPass(_ error: any Error) -> Bool {
    guard let error = error as? CredentialsError else { return true }
    return error.code == .mismatch
  }
}
