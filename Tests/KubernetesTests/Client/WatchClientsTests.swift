import AsyncHTTPClient
import Testing

@testable import Kubernetes

@Suite("clients of watches")
struct WatchClientsTests {
  @Test func noConnectionCarriesTooManyWatches() async throws {
    let clients = WatchClients { HTTPClient(eventLoopGroupProvider: .singleton) }
    var namespaces: [ObjectIdentifier: Set<String>] = [:]
    for index in 0..<50 {
      for resource in ["roles", "users"] {
        let path = GroupVersionResource(group: "g", version: "v1", resource: resource)
          .path(namespace: "n\(index)")
        let client = try clients.client(for: "https://api.test\(path)?watch=1")
        namespaces[ObjectIdentifier(client), default: []].insert("n\(index)")
      }
    }
    #expect(namespaces.values.allSatisfy { $0.count <= 4 })
    // And no namespace is spread over several.
    #expect(namespaces.values.reduce(0) { $0 + $1.count } == 50)
    let all = clients.close()
    #expect(all.count == namespaces.count)
    for client in all { try await client.shutdown() }
    #expect(throws: HTTPClientError.self) { try clients.client(for: "https://api.test/") }
  }

  @Test(arguments: [
    ("https://h/apis/g/v1/namespaces/a/x?watch=1", "a"),
    ("https://h/api/v1/events?x=/namespaces/b", ""),
    ("https://h/base/api/v1/namespaces/c-d/leases", "c-d"),
  ])
  func theNamespaceIsThatOfThePath(url: String, namespace: String) {
    #expect(WatchClients.namespace(in: url) == namespace)
  }
}
