import Kubernetes
import Logging
import Operations
import Synchronization

/// Asks Kubernetes now and then whether the service account may do what the controller needs to, and says what it
/// may not. Never an obstacle: what is allowed is done all the same.
final class AccessCheck: Sendable {
  /// Asks one question; throws where Kubernetes gives no answer.
  typealias Ask = @Sendable (AccessQuestion) async throws -> Bool

  private let needs: AccessNeeds
  private let logger: Logger
  private let clock: MonotonicClock
  private let ask: Ask
  /// What is missing now, by subject.
  private let missing = Mutex<[String: AccessNeeds.Permission]>([:])
  private let nudges: AsyncStream<Void>
  private let nudge: AsyncStream<Void>.Continuation

  private static let interval: Duration = .seconds(300)
  /// How many questions are asked at once.
  private static let width = 8

  init(
    _ needs: AccessNeeds, logger: Logger, clock: MonotonicClock, ask: @escaping Ask
  ) {
    self.needs = needs
    self.logger = logger
    self.clock = clock
    self.ask = ask
    (nudges, nudge) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  convenience init(_ needs: AccessNeeds, _ client: KubernetesClient, logger: Logger) {
    self.init(needs, logger: logger, clock: client.clock) { try await client.isAllowed($0) }
  }

  /// How many permissions are missing, as far as is known.
  var shortfalls: Int { missing.withLock { $0.count } }

  /// A reflector's state shows that rights have changed: it is looked again at once.
  func note(_ state: ReflectorState) {
    if state == .forbidden || state == .live && shortfalls > 0 { nudge.yield() }
  }

  /// Checks until the task is cancelled: at once, when `note` asks for it, and every five minutes.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled {
          self.nudge.yield()
          try? await self.clock.sleep(for: Self.interval)
        }
      }
      for await _ in nudges { await check() }
      group.cancelAll()
    }
  }

  /// Asks everything once and says what has changed.
  func check() async {
    guard let refused = await refused() else { return }
    for permission in needs.permissions {
      let now = permission.missing(refused)
      let before = missing.withLock { missing in
        defer { missing[permission.subject] = now }
        return missing[permission.subject]
      }
      if let now, now != before {
        logger.warning("\(now.shortfall)")
      } else if now == nil, before != nil {
        logger.notice("\(permission.granted)")
      }
    }
  }

  /// The questions that are answered with no; nil where one was not answered.
  private func refused() async -> Set<AccessQuestion>? {
    var questions = needs.permissions.flatMap(\.questions).makeIterator()
    let ask = ask
    do {
      return try await withThrowingTaskGroup(of: AccessQuestion?.self) { group in
        var refused: Set<AccessQuestion> = []
        func addNext() {
          guard let question = questions.next() else { return }
          group.addTask { try await ask(question) ? nil : question }
        }
        for _ in 0..<Self.width { addNext() }
        while let answer = try await group.next() {
          if let answer { refused.insert(answer) }
          addNext()
        }
        return refused
      }
    } catch {
      // Reflectors and the Lease tell of a server that does not answer.
      logger.debug("cannot ask what the service account may do: \(error)")
      return nil
    }
  }
}
