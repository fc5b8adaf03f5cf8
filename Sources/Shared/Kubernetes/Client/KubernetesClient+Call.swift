import AsyncHTTPClient
import FoundationEssentials

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
      let start = clock.now
      do {
        let body = try await tryOnce(request, token: token, until: deadline)
        onCall?(request.observedVerb, request.observedResource, nil, clock.now - start)
        return body
      } catch let error as KubernetesError {
        failure = error
      }
      onCall?(request.observedVerb, request.observedResource, failure.code, clock.now - start)
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
