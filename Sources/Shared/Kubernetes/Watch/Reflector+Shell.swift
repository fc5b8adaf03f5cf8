extension Reflector {
  /// Performs what the machine decides, and tells it what came of it.
  actor Shell {
    private let reflector: Reflector
    private let handle: @Sendable (ReflectorEvent) async throws -> Void
    private var machine: ReflectorMachine

    init(
      reflector: Reflector, handle: @escaping @Sendable (ReflectorEvent) async throws -> Void
    ) {
      self.reflector = reflector
      self.handle = handle
      machine = ReflectorMachine(policy: reflector.options.policy)
    }

    func run() async throws {
      var input = ReflectorMachine.Input.start
      var page: [PackedObject] = []
      while true {
        try Task.checkCancellation()
        let effects = step(input)
        let received = page
        page = []
        for effect in effects {
          switch effect {
          case .announceRestart: try await handle(.restarted)
          case .announceSynced: try await handle(.synced)
          case .deliver: try await handle(.page(received))
          case .report(let state): reflector.stateChanged(state)
          case .list(let token): (input, page) = try await list(after: token)
          case .watch(let version, let seconds):
            input = try await watch(from: version, seconds: seconds)
          case .wait(let duration):
            try await reflector.client.clock.sleep(for: duration)
            input = .waited
          }
        }
      }
    }

    private func step(_ input: ReflectorMachine.Input) -> [ReflectorMachine.Effect] {
      reflector.client.randomness.use { machine.step(input, using: &$0) }
    }

    private func list(
      after token: String?
    ) async throws -> (ReflectorMachine.Input, [PackedObject]) {
      do {
        let page = try await reflector.client.packedPage(
          reflector.resource, namespace: reflector.namespace, selector: reflector.selector,
          limit: reflector.options.pageSize, after: token, timeout: reflector.options.timeout)
        let input = ReflectorMachine.Input.page(
          resourceVersion: page.resourceVersion, next: page.continueToken)
        return (input, page.items)
      } catch let error as KubernetesError {
        return (.listFailed(error), [])
      }
    }

    private func watch(from version: String, seconds: Int) async throws -> ReflectorMachine.Input {
      let clock = reflector.client.clock
      let began = clock.now
      do {
        // Closed or silent, it is opened again from where it came to.
        _ = try await reflector.client.watch(
          reflector.resource, namespace: reflector.namespace, selector: reflector.selector,
          from: version, seconds: seconds, silence: reflector.options.silence,
          opened: { await self.opened() }, { try await self.received($0) })
        return .watchEnded(.ended, lasted: clock.now - began)
      } catch let error as KubernetesError {
        return .watchEnded(.failed(error), lasted: clock.now - began)
      } catch let failure as HandlerFailure {
        throw failure.error
      }
    }

    private func opened() { tell(step(.watchOpened)) }

    private func received(_ event: WatchEvent) async throws {
      let announced: ReflectorEvent
      switch event {
      case .bookmark(let version):
        tell(step(.line(resourceVersion: version)))
        return
      case _ where machine.isRepetition(event.resourceVersion): return
      case .added(let object), .modified(let object): announced = .applied(object)
      case .deleted(let object): announced = .deleted(object)
      }
      do {
        // The version counts as reached only once the event was handled.
        try await handle(announced)
      } catch {
        throw HandlerFailure(error: error)
      }
      tell(step(.line(resourceVersion: event.resourceVersion)))
    }

    private func tell(_ effects: [ReflectorMachine.Effect]) {
      for case .report(let state) in effects { reflector.stateChanged(state) }
    }
  }

  /// Keeps a `KubernetesError` of the handler from being taken for one of the watch.
  private struct HandlerFailure: Error {
    let error: any Error
  }
}
