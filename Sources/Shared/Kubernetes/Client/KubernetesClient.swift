/// A client of one kube-apiserver.
///
/// Guarantees: every call ends within its time limit, retries and waits included. A call is repeated only where
/// that is safe. Errors are `KubernetesError`, or `CancellationError` when the task was cancelled.
/// Assumption: `shutdown()` is called, and awaited, before the last reference goes.
public final class KubernetesClient: Sendable {
  public struct Options: Hashable, Sendable {
    public var userAgent: String
    /// The time limit of a call that names none.
    public var timeout: Duration
    /// The largest answer that is read, in bytes, and the longest line of a watch.
    public var maximumAnswer: Int

    public init(
      userAgent: String = "teleport-kubernetes", timeout: Duration = .seconds(30),
      maximumAnswer: Int = 64 << 20
    ) {
      self.userAgent = userAgent
      self.timeout = timeout
      self.maximumAnswer = maximumAnswer
    }
  }

  /// Told of each try of a call that has ended. Watches are no calls.
  ///
  /// - Parameters:
  ///   - verb: `GET`, `LIST`, `POST`, `PUT`, `PATCH` or `DELETE`.
  ///   - resource: the plural and the subresource, such as `teleportroles/status`; the path where it is no resource.
  ///   - failure: nil where it went well.
  public typealias CallObserver =
    @Sendable (
      _ verb: String, _ resource: String, _ failure: KubernetesError.Code?, _ took: Duration
    ) -> Void

  public let configuration: KubernetesConfiguration
  public let options: Options
  public let clock: MonotonicClock

  let transport: any APITransport
  let tokens: BearerTokens?
  let randomness: Randomness
  let server: String
  let retries = RetryPolicy()
  let onCall: CallObserver?

  /// Opens no connection yet.
  ///
  /// - Throws: `ConfigurationError` where certificates or keys cannot be used.
  public convenience init(
    _ configuration: KubernetesConfiguration, options: Options = Options(),
    clock: MonotonicClock = .continuous, files: FileAccess = .local, onCall: CallObserver? = nil
  ) throws(ConfigurationError) {
    let transport = try HTTPTransport(configuration)
    self.init(
      configuration, options: options, clock: clock, files: files, transport: transport,
      randomness: Randomness(), onCall: onCall)
  }

  package init(
    _ configuration: KubernetesConfiguration, options: Options = Options(), clock: MonotonicClock,
    files: FileAccess = .local, transport: any APITransport, randomness: Randomness,
    onCall: CallObserver? = nil
  ) {
    self.configuration = configuration
    self.options = options
    self.clock = clock
    self.transport = transport
    self.randomness = randomness
    self.onCall = onCall
    tokens = configuration.bearerToken.map { BearerTokens($0, files: files, clock: clock) }
    server =
      configuration.tlsServerName.map { ServerAddress(configuration.server).url(host: $0) }
      ?? configuration.server
  }

  /// Ends all calls and watches and closes all connections.
  public func shutdown() async { await transport.shutdown() }

  /// Runs `body` with a client and shuts that down afterwards.
  public static func with<Result>(
    _ configuration: KubernetesConfiguration, options: Options = Options(),
    onCall: CallObserver? = nil, _ body: (KubernetesClient) async throws -> Result
  ) async throws -> Result {
    let client = try KubernetesClient(configuration, options: options, onCall: onCall)
    do {
      let result = try await body(client)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }
}
