import CCurl
import Operations
import Testing

/// libcurl on the HTTP of `DiagnosticsServer`.
@Suite struct DiagnosticsTests {
  @Test("metrics and health are served, other paths and methods are not")
  func answers() async throws {
    try await Self.serving { url in
      let replies = try await CurlHandle.perform([
        CurlRequest(url: "\(url)/metrics"), CurlRequest(url: "\(url)/healthz"),
        CurlRequest(url: "\(url)/readyz"), CurlRequest(url: "\(url)/nothing"),
        CurlRequest(url: "\(url)/metrics", body: Array("a=b".utf8)),
        CurlRequest(url: "\(url)/healthz", method: "DELETE"),
      ])

      #expect(replies.allSatisfy { $0.result == CURLE_OK.rawValue })
      #expect(replies.map(\.status) == [200, 200, 503, 404, 405, 405])
      #expect(replies[0]["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(
        replies[0].body == """
          # TYPE interop_calls_total counter
          interop_calls_total{kind="role"} 3

          """)
      #expect(replies[1].body == "ok\n")
      #expect(replies[2].body == "teleport: not connected\n")
    }
  }

  @Test("a connection is kept for the next request, also after a refused one with a body")
  func keepAlive() async throws {
    try await Self.serving { url in
      let replies = try await CurlHandle.perform([
        CurlRequest(url: "\(url)/metrics"), CurlRequest(url: "\(url)/healthz?verbose"),
        CurlRequest(url: "\(url)/metrics", body: [UInt8](repeating: 0x61, count: 100_000)),
        CurlRequest(url: "\(url)/nothing"), CurlRequest(url: "\(url)/healthz"),
      ])

      #expect(replies.map(\.status) == [200, 200, 405, 404, 200])
      #expect(replies.map(\.newConnections) == [1, 0, 0, 0, 0])
    }
  }

  @Test("a connection is closed where the client wants that, and for HTTP/1.0")
  func close() async throws {
    try await Self.serving { url in
      let replies = try await CurlHandle.perform([
        CurlRequest(url: "\(url)/healthz", headers: ["Connection: close"]),
        CurlRequest(url: "\(url)/healthz", version: .http10),
        CurlRequest(url: "\(url)/healthz"),
      ])

      #expect(replies.map(\.body) == ["ok\n", "ok\n", "ok\n"])
      #expect(replies.map(\.newConnections) == [1, 1, 1])
    }
  }

  @Test("HEAD has the length of GET and no body")
  func head() async throws {
    try await Self.serving { url in
      let replies = try await CurlHandle.perform([
        CurlRequest(url: "\(url)/metrics", isHead: true), CurlRequest(url: "\(url)/metrics"),
      ])

      #expect(replies.map(\.status) == [200, 200])
      #expect(replies[0].body.isEmpty)
      #expect(replies[0]["content-length"] == "\(replies[1].body.utf8.count)")
      #expect(replies[1].newConnections == 0)
    }
  }

  @Test("once it was cancelled, nobody is answered")
  func stopped() async throws {
    var address = ""
    try await Self.serving { url in
      address = url
      let reply = try await CurlHandle.perform(CurlRequest(url: "\(url)/healthz"))
      #expect(reply.status == 200)
    }

    let reply = try await CurlHandle.perform(CurlRequest(url: "\(address)/healthz"))

    // Another server of this machine may have the port by now; it is not this one that answers.
    #expect(reply.result != CURLE_OK.rawValue || reply.status != 200, "\(reply.explanation)")
  }

  private static func serving(_ body: (String) async throws -> Void) async throws {
    let registry = MetricsRegistry()
    registry.makeCounter(label: "interop_calls_total", dimensions: [("kind", "role")])
      .increment(by: 3)
    let server = DiagnosticsServer(routes: [
      "/metrics": { .metrics(registry) }, "/healthz": { .health([]) },
      "/readyz": { .health(["teleport: not connected"]) },
    ])
    let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
    let running = Task {
      defer { told.finish() }
      try await server.run(on: ListenAddress(host: "127.0.0.1", port: 0)) { told.yield($0) }
    }
    let result: Result<Void, any Error>
    do {
      let address = try #require(await addresses.first { _ in true })
      try await body("http://\(address.host):\(address.port)")
      result = .success(())
    } catch {
      result = .failure(error)
    }
    running.cancel()
    try await running.value
    try result.get()
  }
}
