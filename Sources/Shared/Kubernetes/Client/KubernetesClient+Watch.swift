import AsyncHTTPClient
import NIOCore

/// How a watch that did not fail came to its end.
public enum WatchEnd: Hashable, Sendable {
  /// The server closed it, as it does after the time asked for.
  case closed
  /// Nothing came for too long.
  case silent
}

extension KubernetesClient {
  /// Watches objects from a resource version on.
  ///
  /// - Parameters:
  ///   - version: Where a list or an earlier watch ended. Never empty or "0", which would ask for something else.
  ///   - seconds: After how long the server shall close the watch.
  ///   - silence: How long to wait for a line. Servers send a bookmark about once a minute.
  ///   - opened: Called when the server has accepted the watch.
  ///   - handle: Called for one event after the other; nothing is read meanwhile. What it throws ends the watch.
  /// - Throws: `KubernetesError`, also for an error within the stream: `.gone` where `version` is too old.
  public func watch(
    _ resource: GroupVersionResource, namespace: String?, selector: ObjectSelector = .all,
    from version: String, seconds: Int, silence: Duration,
    opened: @escaping @Sendable () async -> Void = {},
    _ handle: @escaping @Sendable (WatchEvent) async throws -> Void
  ) async throws -> WatchEnd {
    var request = request(.get, resource.path(namespace: namespace), of: resource)
    guard !version.isEmpty, version != "0" else {
      throw KubernetesError(
        .badRequest, "a watch needs a resource version to begin from", request: request.description)
    }
    request.query =
      selector.query + [
        ("watch", "1"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
        ("timeoutSeconds", String(seconds)),
      ]
    let response = try await open(request)
    await opened()
    return try await read(response, of: request, silence: silence, handle)
  }

  private func open(_ request: APIRequest) async throws -> HTTPClientResponse {
    let token = try await token(for: request)
    do {
      return try await open(request, token: token)
    } catch let error as KubernetesError {
      guard error.code == .unauthorized, let token, let tokens, await tokens.renew(refused: token)
      else { throw error }
      return try await open(request, token: try await self.token(for: request))
    }
  }

  private func open(_ request: APIRequest, token: String?) async throws -> HTTPClientResponse {
    let http = request.http(server: server, userAgent: options.userAgent, token: token)
    do {
      return try await within(options.timeout, clock) { [transport, options] in
        let response = try await transport.send(http, on: .watches)
        guard response.status == .ok else {
          let body = try await response.wholeBody(upTo: options.maximumAnswer, request: request)
          throw KubernetesError(response: response, body: body, request: request)
        }
        return response
      }
    } catch is TimeRanOut {
      throw KubernetesError(
        .deadlineExceeded, "no answer in time", request: request.description)
    } catch {
      try Task.checkCancellation()
      throw KubernetesError(transport: error, request: request.description)
    }
  }

  private func read(
    _ response: HTTPClientResponse, of request: APIRequest, silence: Duration,
    _ handle: @escaping @Sendable (WatchEvent) async throws -> Void
  ) async throws -> WatchEnd {
    let silenceGuard = SilenceGuard(clock: clock)
    let limit = options.maximumAnswer
    do {
      return try await withThrowingTaskGroup(of: WatchEnd.self) { group in
        defer { group.cancelAll() }
        group.addTask {
          try await Self.readLines(response, of: request, limit, silenceGuard, handle)
          return .closed
        }
        group.addTask {
          try await silenceGuard.run(limit: silence)
          return .silent
        }
        return try await group.next() ?? .closed
      }
    } catch is SilenceGuard.Silence {
      return .silent
    } catch let failure as HandlerFailure {
      throw failure.error
    } catch let error as LineSplitter.LineTooLong {
      throw KubernetesError(
        .malformedResponse, "a line of the watch is longer than \(error.limit) bytes",
        httpStatus: 200, request: request.description)
    } catch {
      try Task.checkCancellation()
      throw KubernetesError(transport: error, request: request.description)
    }
  }

  private static func readLines(
    _ response: HTTPClientResponse, of request: APIRequest, _ limit: Int,
    _ silenceGuard: SilenceGuard, _ handle: @Sendable (WatchEvent) async throws -> Void
  ) async throws {
    var splitter = LineSplitter(limit: limit)
    silenceGuard.beginWaiting()
    for try await chunk in response.body {
      silenceGuard.endWaiting()
      splitter.append(chunk)
      while let line = try splitter.next() {
        guard let event = try WatchLine.event(from: line, request: request) else { continue }
        do {
          try await handle(event)
        } catch {
          throw HandlerFailure(error: error)
        }
      }
      silenceGuard.beginWaiting()
    }
    try Task.checkCancellation()
  }
}

/// Tells what the handler of a watch threw from what the watch itself did.
private struct HandlerFailure: Error {
  let error: any Error
}
