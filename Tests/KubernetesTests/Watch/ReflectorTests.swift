import KubernetesSandbox
import Operations
import SandboxFaults
import Synchronization
import Testing

@testable import Kubernetes

/// The reflector against a server that misbehaves.
@Suite("reflector")
struct ReflectorTests {
  /// Everything that a reflector told, for a test to wait on.
  private final class Log: Sendable {
    private let state = Mutex<(mirror: ObjectMirror, entries: [String])>((ObjectMirror(), []))
    private let stream: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func note(_ text: String) {
      state.withLock { $0.entries.append(text) }
      continuation.yield(text)
    }

    func take(_ event: ReflectorEvent) {
      let text =
        switch event {
        case .restarted: "restarted"
        case .page(let page): "page \(page.map(\.metadata.name).joined(separator: ","))"
        case .synced: "synced"
        case .applied(let object): "applied \(object.metadata.name)"
        case .deleted(let object): "deleted \(object.metadata.name)"
        }
      state.withLock { _ = $0.mirror.apply(event) }
      note(text)
    }

    var names: [String] { state.withLock { $0.mirror.keys.map(\.name).sorted() } }
    var entries: [String] { state.withLock { $0.entries } }

    func wait(for text: String) async {
      for await entry in stream where entry == text { return }
    }
  }

  private func lease(_ name: String) -> KubernetesObject {
    KubernetesObject(
      apiVersion: "coordination.k8s.io/v1", kind: "Lease",
      metadata: ObjectMeta(name: name, namespace: "default"), spec: [:])
  }

  private func withReflector(
    _ change: @Sendable (inout Reflector.Options) -> Void = { _ in },
    prepare: (KubernetesSandbox) async throws -> Void = { _ in },
    _ body: (KubernetesSandbox, KubernetesClient, Log) async throws -> Void
  ) async throws {
    let server = try await KubernetesSandbox.start()
    try await prepare(server)
    let configuration = KubernetesConfiguration(
      server: server.url, trust: .roots(pem: server.caPEM),
      bearerToken: .fixed(Secret(server.adminToken)))
    try await KubernetesClient.with(configuration) { client in
      for name in ["a", "b"] { _ = try await client.create(.leases, lease(name)) }
      let log = Log()
      var options = Reflector.Options()
      change(&options)
      let reflector = Reflector(
        client, .leases, namespace: "default", options: options,
        stateChanged: { log.note("is \($0)") })
      let run = Task { try await reflector.run { log.take($0) } }
      await log.wait(for: "is live")
      try await body(server, client, log)
      run.cancel()
      await #expect(throws: CancellationError.self) { try await run.value }
    }
    await server.shutdown()
  }

  @Test func itListsInPagesAndThenFollows() async throws {
    try await withReflector {
      $0.pageSize = 1
    } _: { _, client, log in
      #expect(log.entries == ["restarted", "page a", "page b", "synced", "is live"])
      _ = try await client.create(.leases, lease("c"))
      await log.wait(for: "applied c")
      try await client.delete(.leases, lease("a").key)
      await log.wait(for: "deleted a")
      #expect(log.names == ["b", "c"])
    }
  }

  @Test func aCutWatchGoesOnWhereItWas() async throws {
    try await withReflector { server, client, log in
      try await server.cutWatches()
      _ = try await client.create(.leases, lease("c"))
      await log.wait(for: "applied c")
      #expect(log.entries.filter { $0 == "restarted" }.count == 1)
      #expect(log.entries.filter { $0 == "applied c" }.count == 1)
    }
  }

  @Test func whatALaggingServerRepeatsIsNotToldAgain() async throws {
    try await withReflector { server, client, log in
      _ = try await client.create(.leases, lease("c"))
      try await client.delete(.leases, lease("c").key)
      await log.wait(for: "deleted c")
      try await server.replay("leases", after: 0)
      _ = try await client.create(.leases, lease("d"))
      await log.wait(for: "applied d")
      #expect(log.entries.suffix(3) == ["applied c", "deleted c", "applied d"])
      #expect(log.names == ["a", "b", "d"])
    }
  }

  @Test func aForgetfulServerIsListedAnew() async throws {
    try await withReflector { server, client, log in
      try await server.hold("leases")
      _ = try await client.create(.leases, lease("c"))
      try await client.delete(.leases, lease("a").key)
      await server.compact()
      try await server.failWatches(of: "leases", code: 410)
      await log.wait(for: "synced")
      #expect(log.names == ["b", "c"])
      #expect(log.entries.filter { $0 == "restarted" }.count == 2)
      #expect(!log.entries.contains("deleted a"))
    }
  }

  @Test func anOutageIsWaitedOutAndToldOnce() async throws {
    try await withReflector { server, client, log in
      await server.faults.inject(.fail(code: 503, message: "down"), times: 3) {
        $0.operation == "WATCH leases"
      }
      try await server.cutWatches()
      await log.wait(for: "is live")
      let states = log.entries.filter { $0.hasPrefix("is ") }
      // Once for each cause: the cut, and the three refusals.
      #expect(states.count == 4, "\(states)")
      #expect(Set(states).count == 3, "\(states)")
      _ = try await client.create(.leases, lease("c"))
      await log.wait(for: "applied c")
    }
  }

  @Test func aSilentWatchIsOpenedAgain() async throws {
    try await withReflector {
      $0.silence = .milliseconds(300)
    } _: { server, _, log in
      // Nothing happens, so nothing is told; but the watch is opened again and again.
      while await server.faults.requests.filter({ $0.operation == "WATCH leases" }).count < 3 {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(log.entries.filter { $0.hasPrefix("is ") } == ["is live"])
      #expect(log.entries.filter { $0 == "restarted" }.count == 1)
    }
  }

  @Test func aMissingRightIsFoundWhenItIsGiven() async throws {
    try await withReflector {
      $0.retrySlowly(every: .milliseconds(100))
    } prepare: { server in
      await server.faults.inject(.fail(code: 403, message: "no"), times: 3) {
        $0.operation == "LIST leases"
      }
    } _: { _, _, log in
      #expect(log.entries.filter { $0.hasPrefix("is ") } == ["is forbidden", "is live"])
    }
  }

  @Test func whatTheHandlerThrowsEndsIt() async throws {
    let page = #"{"metadata":{"resourceVersion":"5"},"items":[]}"#
    let line = #"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}"#
    let transport = ScriptedTransport { request, _ in
      request.path.contains("watch=1") ? .open([line]) : .json(200, page)
    }
    let reflector = Reflector(
      KubernetesClient.scripted(transport), .widgets, namespace: nil)
    // Not even an error of the API is taken for one of the watch.
    let error = await #expect(throws: KubernetesError.self) {
      try await reflector.run { event in
        if case .applied = event { throw KubernetesError(.conflict, "mine") }
      }
    }
    #expect(error?.message == "mine")
    #expect(
      transport.requests.last?.path.contains(
        "allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=")
        == true)
  }

  @Test func theCopyThatApplyKeepsIsLeftOut() async throws {
    let annotations =
      #"{"kubectl.kubernetes.io/last-applied-configuration":"{}","teleport.dev/plan":"true"}"#
    let page =
      #"{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a","annotations":\#(annotations)}}]}"#
    let reflector = Reflector(
      KubernetesClient.scripted(ScriptedTransport(.json(200, page))), .widgets, namespace: nil)
    struct Done: Error {}
    await #expect(throws: Done.self) {
      try await reflector.run { event in
        if case .page(let objects) = event {
          #expect(objects.map(\.metadata.annotations) == [["teleport.dev/plan": "true"]])
          throw Done()
        }
      }
    }
  }
}
