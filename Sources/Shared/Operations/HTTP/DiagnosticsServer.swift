import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers GET requests for metrics and health; nothing else.
///
/// - Guarantees: bounded request heads (NIO's limits), no request bodies, one response per request, no identities:
///   what it shows is for whoever can reach the port, so bind it to loopback or guard it with a NetworkPolicy.
public struct DiagnosticsServer: Sendable {
  public struct Response: Sendable {
    public let status: Int
    public let contentType: String
    public let body: String

    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: String)
    {
      self.status = status
      self.contentType = contentType
      self.body = body
    }
  }

  public typealias Route = @Sendable () async -> Response

  private let routes: [String: Route]

  /// - Parameter routes: what answers which path: `["/metrics": …]`.
  public init(routes: [String: Route]) { self.routes = routes }

  /// Listens until the task is cancelled, and then returns.
  ///
  /// - Parameter onListening: told the address once the port is open; useful where the port is 0.
  /// - Throws: `InvalidOption` when the address cannot be listened on.
  public func run(
    on address: ListenAddress, onListening: @Sendable (ListenAddress) -> Void = { _ in }
  ) async throws {
    let server = try await Self.listen(on: address)
    onListening(ListenAddress(host: address.host, port: server.channel.localAddress?.port ?? 0))
    do {
      try await withThrowingDiscardingTaskGroup { group in
        try await server.executeThenClose { connections in
          for try await connection in connections {
            group.addTask { await serve(connection) }
          }
        }
      }
    } catch is CancellationError {
      return
    }
  }

  private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

  private static func listen(
    on address: ListenAddress
  ) async throws -> NIOAsyncChannel<Connection, Never> {
    do {
      guard address.host.isEmpty else { return try await bind(address.host, address.port) }
      // As Go does: Linux takes IPv4 on this socket, too. A kernel without IPv6 has no such address.
      do { return try await bind("::", address.port) } catch let error as IOError
        where [EAFNOSUPPORT, EADDRNOTAVAIL].contains(error.errnoCode)
      {
        return try await bind("0.0.0.0", address.port)
      }
    } catch {
      throw InvalidOption("cannot listen on \(address.host):\(address.port): \(error)")
    }
  }

  private static func bind(
    _ host: String, _ port: Int
  ) async throws -> NIOAsyncChannel<Connection, Never> {
    try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          return try Connection(wrappingChannelSynchronously: channel)
        }
      }
  }

  private func serve(_ connection: Connection) async {
    // A client that goes away is not our failure.
    try? await connection.executeThenClose { inbound, outbound in
      var latest: HTTPRequestHead?
      for try await part in inbound {
        if case .head(let head) = part { latest = head }
        // Whoever is answered before it has sent its body closes the connection, as curl does.
        guard case .end = part, let head = latest else { continue }
        let response = await answer(head)
        let body = ByteBuffer(string: head.method == .HEAD ? "" : response.body)
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: response.contentType)
        headers.add(name: "content-length", value: "\(response.body.utf8.count)")
        let status = HTTPResponseStatus(statusCode: response.status)
        let answerHead = HTTPResponseHead(version: head.version, status: status, headers: headers)
        try await outbound.write(contentsOf: [
          .head(answerHead), .body(.byteBuffer(body)), .end(nil),
        ])
        if !head.isKeepAlive { return }
      }
    }
  }

  private func answer(_ head: HTTPRequestHead) async -> Response {
    let path = String(head.uri.prefix { $0 != "?" })
    guard let route = routes[path] else {
      let known = routes.keys.sorted().joined(separator: " ")
      return Response(status: 404, body: "not found; there is: \(known)\n")
    }
    guard head.method == .GET || head.method == .HEAD else {
      return Response(status: 405, body: "only GET\n")
    }
    return await route()
  }
}

extension DiagnosticsServer.Response {
  /// The metrics as Prometheus reads them.
  public static func metrics(_ registry: MetricsRegistry) -> Self {
    Self(
      contentType: "text/plain; version=0.0.4; charset=utf-8", body: registry.prometheusText())
  }

  /// 200 when nothing is wrong, else 503 with what is.
  public static func health(_ problems: [String]) -> Self {
    problems.isEmpty
      ? Self(body: "ok\n") : Self(status: 503, body: problems.joined(separator: "\n") + "\n")
  }
}
