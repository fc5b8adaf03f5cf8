import FoundationEssentials
import KubernetesSandbox
import Operations
import SandboxFaults
import Testing

@testable import Kubernetes

/// What goes wrong on the wire, for real.
@Suite("connections")
struct TransportTests {
  private func configuration(_ server: KubernetesSandbox) -> KubernetesConfiguration {
    KubernetesConfiguration(
      server: server.url, trust: .roots(pem: server.caPEM),
      bearerToken: .fixed(Secret(server.adminToken)))
  }

  private func failure(
    _ configuration: KubernetesConfiguration, within limit: Duration = .milliseconds(900)
  ) async throws -> KubernetesError? {
    try await KubernetesClient.with(configuration) { client in
      await #expect(throws: KubernetesError.self) {
        try await client.page(.namespaces, namespace: nil, timeout: limit)
      }
    }
  }

  @Test func aServerOfAnotherAuthorityIsNotTrusted() async throws {
    let server = try await KubernetesSandbox.start()
    let other = try await KubernetesSandbox.start()
    var wrong = configuration(server)
    wrong.trust = .roots(pem: other.caPEM)
    let error = try await failure(wrong)
    #expect(error?.code == .untrusted)
    #expect(error?.message.contains("certificate-authority") == true)
    #expect(await server.faults.requests.isEmpty)
    wrong.trust = .unverified
    try await KubernetesClient.with(wrong) { client in
      _ = try await client.page(.namespaces, namespace: nil)
    }
    await server.shutdown()
    await other.shutdown()
  }

  @Test func theNameOfTheServerCanBeGiven() async throws {
    var options = KubernetesSandbox.Options()
    options.serverNames = ["api.internal"]
    // An address that the certificate does not name; one that it names would be enough.
    options.host = "127.0.0.2"
    let server = try await KubernetesSandbox.start(options: options)
    var named = configuration(server)
    for wrong in [nil, "other.internal"] {
      named.tlsServerName = wrong
      let error = try await failure(named)
      #expect(error?.code == .untrusted)
      #expect(error?.message.contains("tls-server-name") == true)
    }
    named.tlsServerName = "api.internal"
    try await KubernetesClient.with(named) { client in
      _ = try await client.page(.namespaces, namespace: nil)
    }
    await server.shutdown()
  }

  @Test func aServerThatIsNotThereIsSaidToBe() async throws {
    let server = try await KubernetesSandbox.start()
    var nowhere = configuration(server)
    await server.shutdown()
    let port = try #require(ClosedPort())
    nowhere.server = "https://127.0.0.1:\(port.number)"
    defer { withExtendedLifetime(port) {} }
    // A machine that is busy needs its time to be refused.
    let error = try await failure(nowhere, within: .seconds(5))
    #expect(error?.code == .connection)
    #expect(error?.effect == KubernetesError.Effect.none)
    #expect(error?.message.contains("cannot be reached") == true)
  }

  @Test func aStreamThatIsCutIsAskedForAgain() async throws {
    let server = try await KubernetesSandbox.start()
    await server.faults.inject(.cut) { $0.operation == "LIST namespaces" }
    try await KubernetesClient.with(configuration(server)) { client in
      let list = try await client.list(.namespaces, namespace: nil)
      #expect(!list.items.isEmpty)
    }
    let lists = await server.faults.requests.filter { $0.operation == "LIST namespaces" }
    #expect(lists.count == 2)
    await server.shutdown()
  }

  @Test func aWriteWhoseAnswerIsLostIsNotRepeated() async throws {
    let server = try await KubernetesSandbox.start()
    await server.faults.inject(.cut, at: .afterCommit) { $0.operation == "POST leases" }
    try await KubernetesClient.with(configuration(server)) { client in
      let lease = KubernetesObject(
        apiVersion: "coordination.k8s.io/v1", kind: "Lease",
        metadata: ObjectMeta(name: "a", namespace: "default"), spec: [:])
      let error = await #expect(throws: KubernetesError.self) {
        try await client.create(.leases, lease)
      }
      #expect(error?.code == .connection)
      #expect(error?.effect == .unknown)
      _ = try await client.get(.leases, lease.key)
    }
    await server.shutdown()
  }

  @Test func aServerThatSaysNothingIsGivenUp() async throws {
    let server = try await KubernetesSandbox.start()
    await server.pause()
    let error = try await failure(configuration(server))
    #expect(error?.code == .deadlineExceeded)
    await server.resume()
    await server.shutdown()
  }

  @Test func callsDoNotWaitForWatches() async throws {
    let server = try await KubernetesSandbox.start()
    try await KubernetesClient.with(configuration(server)) { client in
      let version = try await client.list(.namespaces, namespace: nil).resourceVersion
      try await withThrowingTaskGroup(of: Void.self) { group in
        let (opened, open) = AsyncStream<Void>.makeStream()
        for _ in 0..<100 {
          group.addTask {
            _ = try await client.watch(
              .namespaces, namespace: nil, from: version, seconds: 60, silence: .seconds(60),
              opened: { open.yield() }, { _ in })
          }
        }
        var count = 0
        for await _ in opened {
          count += 1
          if count == 100 { break }
        }
        _ = try await client.page(.namespaces, namespace: nil, timeout: .seconds(5))
        group.cancelAll()
        while let result = await group.nextResult() { _ = result }
      }
    }
    await server.shutdown()
  }

  @Test func aKeyThatDoesNotFitIsFoundBeforeTheFirstCall() async throws {
    let server = try await KubernetesSandbox.start()
    await server.shutdown()
    let pair = try server.clientCertificate(user: "admin")
    let other = try server.clientCertificate(user: "admin")
    var mixed = configuration(server)
    mixed.clientIdentity = .init(
      certificateChain: pair.certificate, privateKey: Secret(other.key))
    let error = #expect(throws: ConfigurationError.self) { try KubernetesClient(mixed) }
    #expect(error?.code == .badCertificate)
  }
}
