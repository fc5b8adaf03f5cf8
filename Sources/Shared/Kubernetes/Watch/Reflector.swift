/// Follows all objects of a resource: a paged list, then a watch from there on, for ever.
///
/// Guarantees: events come one after the other and each waits for the one before to be handled, so that nothing
/// piles up. After any gap the objects are listed anew. No failure of the server ends it; each change of state is
/// reported once. A CRD or a right that is missing is found when it appears.
public struct Reflector: Sendable {
  public struct Options: Sendable {
    /// Objects per page.
    public var pageSize = KubernetesClient.pageSize
    /// How long a watch may be silent. Servers send a bookmark about once a minute.
    public var silence: Duration = .seconds(180)
    /// The time limit for one page.
    public var timeout: Duration = .seconds(60)
    /// What to leave out of each object before it is handed on. By default the copy of a manifest that
    /// `kubectl apply` keeps in an annotation, which is as large as the object.
    public var reduce: @Sendable (inout KubernetesObject) -> Void = {
      $0.metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
    }
    var policy = ReflectorMachine.Policy()

    public init() {}

    /// The wait before a missing CRD or right is asked for again.
    public mutating func retrySlowly(every interval: Duration) {
      policy.slowRetry = .init(initial: interval, maximum: interval)
    }
  }

  private let client: KubernetesClient
  private let resource: GroupVersionResource
  private let namespace: String?
  private let selector: ObjectSelector
  private let options: Options
  private let stateChanged: @Sendable (ReflectorState) -> Void

  /// - Parameters:
  ///   - namespace: nil for all namespaces.
  ///   - stateChanged: Told of each change of state, once. It must not block.
  public init(
    _ client: KubernetesClient, _ resource: GroupVersionResource, namespace: String?,
    selector: ObjectSelector = .all, options: Options = Options(),
    stateChanged: @escaping @Sendable (ReflectorState) -> Void = { _ in }
  ) {
    self.client = client
    self.resource = resource
    self.namespace = namespace
    self.selector = selector
    self.options = options
    self.stateChanged = stateChanged
  }

  /// Runs until the task is cancelled or `handle` throws, and then throws that.
  public func run(
    _ handle: @escaping @Sendable (ReflectorEvent) async throws -> Void
  ) async throws {
    let shell = Shell(reflector: self, handle: handle)
    try await shell.run()
  }
}

// MARK: - Performing

extension Reflector {
  /// Performs what the machine decides, and tells it what came of it.
  private actor Shell {
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
      var page: [KubernetesObject] = []
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
    ) async throws -> (ReflectorMachine.Input, [KubernetesObject]) {
      do {
        var page = try await reflector.client.page(
          reflector.resource, namespace: reflector.namespace, selector: reflector.selector,
          limit: reflector.options.pageSize, after: token, timeout: reflector.options.timeout)
        for index in page.items.indices { reflector.options.reduce(&page.items[index]) }
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
      case .added(var object), .modified(var object):
        reflector.options.reduce(&object)
        announced = .applied(object)
      case .deleted(var object):
        reflector.options.reduce(&object)
        announced = .deleted(object)
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
