import FoundationEssentials
import Synchronization

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

  public let configuration: KubernetesConfiguration
  public let options: Options
  public let clock: MonotonicClock

  let transport: any APITransport
  let tokens: BearerTokens?
  let randomness: Randomness
  let server: String
  private let retries = RetryPolicy()

  /// Opens no connection yet.
  ///
  /// - Throws: `ConfigurationError` where certificates or keys cannot be used.
  public convenience init(
    _ configuration: KubernetesConfiguration, options: Options = Options(),
    clock: MonotonicClock = .continuous, files: FileAccess = .local
  ) throws(ConfigurationError) {
    let transport = try HTTPTransport(configuration)
    self.init(
      configuration, options: options, clock: clock, files: files, transport: transport,
      randomness: Randomness())
  }

  package init(
    _ configuration: KubernetesConfiguration, options: Options = Options(), clock: MonotonicClock,
    files: FileAccess = .local, transport: any APITransport, randomness: Randomness
  ) {
    self.configuration = configuration
    self.options = options
    self.clock = clock
    self.transport = transport
    self.randomness = randomness
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
    _ body: (KubernetesClient) async throws -> Result
  ) async throws -> Result {
    let client = try KubernetesClient(configuration, options: options)
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

// MARK: - Calling

extension KubernetesClient {
  /// Makes a call, again where that is safe and can help.
  ///
  /// - Parameter timeout: For all tries together; nil for `options.timeout`.
  /// - Returns: The body of the answer.
  package func call(_ request: APIRequest, timeout: Duration? = nil) async throws -> Data {
    let deadline = clock.now + (timeout ?? options.timeout)
    var attempt = 0
    var hasNewToken = false
    while true {
      let token = try await token(for: request)
      let failure: KubernetesError
      do {
        return try await tryOnce(request, token: token, until: deadline)
      } catch let error as KubernetesError {
        failure = error
      }
      if failure.code == .unauthorized, !hasNewToken, let token,
        await tokens?.renew(refused: token) == true
      {
        hasNewToken = true
        continue
      }
      attempt += 1
      let wait = randomness.use {
        retries.delay(
          after: failure, attempt: attempt, isRepeatable: request.isRepeatable, using: &$0)
      }
      guard let wait, clock.now + wait < deadline else { throw failure }
      try await clock.sleep(for: wait)
    }
  }

  func token(for request: APIRequest) async throws -> String? {
    do {
      return try await tokens?.current()
    } catch {
      throw KubernetesError(error.code, error.message, request: request.description)
    }
  }

  private func tryOnce(
    _ request: APIRequest, token: String?, until deadline: Duration
  ) async throws -> Data {
    let http = request.http(server: server, userAgent: options.userAgent, token: token)
    let limit = options.maximumAnswer
    do {
      return try await within(deadline - clock.now, clock) { [transport] in
        let response = try await transport.send(http, on: .calls)
        let body = try await response.wholeBody(upTo: limit, request: request)
        guard response.status.code < 300 else {
          throw KubernetesError(response: response, body: body, request: request)
        }
        return body
      }
    } catch is TimeRanOut {
      throw KubernetesError(
        .deadlineExceeded, "no answer in time", effect: .unknown, request: request.description)
    } catch {
      try Task.checkCancellation()
      throw KubernetesError(transport: error, request: request.description)
    }
  }
}
