import FoundationEssentials
import Metrics
import NIOCore
import Operations
import Testing

@Suite(.timeLimit(.minutes(1))) struct DiagnosticsServerTests {
  private let loopback = ListenAddress(host: "127.0.0.1", port: 0)

  /// Runs a server with `routes` while `body` talks to it.
  private func withServer(
    _ routes: [String: DiagnosticsServer.Route], on wanted: ListenAddress? = nil,
    _ body: (ListenAddress) async throws -> Void
  ) async throws {
    let (bound, continuation) = AsyncStream.makeStream(of: ListenAddress.self)
    let wanted = wanted ?? loopback
    let server = Task {
      try await DiagnosticsServer(routes: routes).run(on: wanted) { continuation.yield($0) }
    }
    var addresses = bound.makeAsyncIterator()
    let address = try #require(await addresses.next())
    #expect(address.port > 0)
    try await body(address)
    server.cancel()
    try await server.value
  }

  @Test func metricsAreServedInPrometheusForm() async throws {
    let registry = MetricsRegistry()
    Counter(label: "x_total", factory: registry).increment()
    try await withServer(["/metrics": { .metrics(registry) }]) { address in
      let text = try await HTTPExchange.text(
        address, HTTPExchange.request("GET", "/metrics?now=1"))
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(text.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"))
      #expect(text.hasSuffix("\r\n\r\n# TYPE x_total counter\nx_total 1\n"))
    }
  }

  @Test func healthTellsWhatIsWrong() async throws {
    try await withServer([
      "/livez": { .health([]) }, "/readyz": { .health(["no certificate yet", "no lease"]) },
    ]) { address in
      let live = try await HTTPExchange.text(address, HTTPExchange.request("GET", "/livez"))
      #expect(live.hasPrefix("HTTP/1.1 200 ") && live.hasSuffix("\r\n\r\nok\n"))
      let ready = try await HTTPExchange.text(address, HTTPExchange.request("GET", "/readyz"))
      #expect(ready.hasPrefix("HTTP/1.1 503 "))
      #expect(ready.hasSuffix("\r\n\r\nno certificate yet\nno lease\n"))
    }
  }

  /// A kubelet of an IPv6 cluster probes by IPv6.
  @Test func withoutAHostItListensByBothProtocols() async throws {
    try await withServer(["/livez": { .health([]) }], on: ListenAddress(host: "", port: 0)) {
      // A machine may be without IPv6, a container without its loopback.
      let interfaces = try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)
      let hasIPv6 = interfaces?.contains("00000000000000000000000000000001 ") == true
      for host in ["127.0.0.1"] + (hasIPv6 ? ["::1"] : []) {
        let address = ListenAddress(host: host, port: $0.port)
        let live = try await HTTPExchange.text(address, HTTPExchange.request("GET", "/livez"))
        #expect(live.hasPrefix("HTTP/1.1 200 "), "\(host)")
      }
    }
  }

  @Test func otherPathsAndMethodsAreRefused() async throws {
    try await withServer(["/livez": { .health([]) }]) { address in
      let missing = try await HTTPExchange.text(address, HTTPExchange.request("GET", "/secrets"))
      #expect(missing.hasPrefix("HTTP/1.1 404 ") && missing.contains("/livez"))
      let post = try await HTTPExchange.text(address, HTTPExchange.request("POST", "/livez"))
      #expect(post.hasPrefix("HTTP/1.1 405 "))
      let head = try await HTTPExchange.text(address, HTTPExchange.request("HEAD", "/livez"))
      #expect(head.hasPrefix("HTTP/1.1 200 ") && head.hasSuffix("content-length: 3\r\n\r\n"))
    }
  }

  @Test func oneConnectionServesSeveralRequests() async throws {
    try await withServer(["/livez": { .health([]) }]) { address in
      let text = try await HTTPExchange.text(
        address,
        HTTPExchange.request("GET", "/livez", close: false) + HTTPExchange.request("GET", "/livez"))
      #expect(text.components(of: "HTTP/1.1 200 OK") == 2)
    }
  }

  @Test func rubbishIsAnsweredWithAnErrorAndHarmsNobody() async throws {
    try await withServer(["/livez": { .health([]) }]) { address in
      _ = try await HTTPExchange.text(address, "rubbish\r\n\r\n")
      let text = try await HTTPExchange.text(address, HTTPExchange.request("GET", "/livez"))
      #expect(text.hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test func cancellationEndsItEvenWithOpenConnections() async throws {
    let (bound, continuation) = AsyncStream.makeStream(of: ListenAddress.self)
    let server = Task { [loopback] in
      try await DiagnosticsServer(routes: ["/livez": { .health([]) }]).run(on: loopback) {
        continuation.yield($0)
      }
    }
    var addresses = bound.makeAsyncIterator()
    let address = try #require(await addresses.next())
    try await HTTPExchange.connect(address).channel.executeThenClose { inbound, outbound in
      try await outbound.write(
        ByteBuffer(string: HTTPExchange.request("GET", "/livez", close: false)))
      var parts = inbound.makeAsyncIterator()
      _ = try await parts.next()
      let start = ContinuousClock.now
      server.cancel()
      try await server.value
      #expect(start.duration(to: .now) < .seconds(2))
    }
  }

  @Test func aPortThatIsTakenIsNamed() async throws {
    try await withServer([:]) { address in
      let error = await #expect(throws: InvalidOption.self) {
        try await DiagnosticsServer(routes: [:]).run(on: address)
      }
      #expect(error?.description.contains("127.0.0.1:\(address.port)") == true)
      #expect(error?.description.contains("in use") == true)
    }
  }
}

extension String {
  /// How often `part` occurs.
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
