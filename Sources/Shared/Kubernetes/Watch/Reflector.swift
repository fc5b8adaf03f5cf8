/// Follows all objects of a resource: a paged list, then a watch from there on, for ever.
///
/// Guarantees: events come one after the other and each waits for the one before to be handled, so that nothing
/// piles up. After any gap the objects are listed anew. No failure of the server ends it; each change of state is
/// reported once. A CRD or a right that is missing is found when it appears.
public struct Reflector: Sendable {
  public struct Options: Sendable {
    /// Objects per page. A page is held whole while it is read, so small ones keep peaks low.
    public var pageSize = 250
    /// How long a watch may be silent. Servers send a bookmark about once a minute.
    public var silence: Duration = .seconds(180)
    /// The time limit for one page.
    public var timeout: Duration = .seconds(60)
    var policy = ReflectorMachine.Policy()

    public init() {}

    /// The wait before a missing CRD or right is asked for again; by default 1 s, growing to 10 s.
    public mutating func retrySlowly(every interval: Duration) {
      policy.slowRetry = .init(initial: interval, maximum: interval)
    }
  }

  let client: KubernetesClient
  let resource: GroupVersionResource
  let namespace: String?
  let selector: ObjectSelector
  let options: Options
  let stateChanged: @Sendable (ReflectorState) -> Void

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
