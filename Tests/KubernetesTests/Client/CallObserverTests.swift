import AsyncHTTPClient
import SandboxFaults
import Synchronization
import Testing

@testable import Kubernetes

@Suite("observed calls")
struct CallObserverTests {
  @Test(arguments: [
    (APIRequest.Verb.get, "/apis/g.io/v1/namespaces/ns/things", "LIST", "things"),
    (.get, "/apis/g.io/v1/things", "LIST", "things"),
    (.get, "/apis/g.io/v1/namespaces/ns/things/a", "GET", "things"),
    (.patch, "/apis/g.io/v1/namespaces/ns/things/a/status", "PATCH", "things/status"),
    (.post, "/api/v1/namespaces/ns/events", "POST", "events"),
    (.get, "/api/v1/namespaces", "LIST", "namespaces"),
    (.get, "/api/v1/namespaces/kube-system", "GET", "namespaces"),
    (.get, "/version", "GET", "/version"),
    (.get, "/apis", "GET", "/apis"),
  ]) func aRequestIsNamedWithoutNamespaceAndName(
    verb: APIRequest.Verb, path: String, name: String, resource: String
  ) {
    let request = APIRequest(verb, path)
    #expect(request.observedVerb == name)
    #expect(request.observedResource == resource)
  }

  private final class Seen: Sendable {
    let calls = Mutex<[String]>([])
  }

  /// Each try counts by itself: a server that refuses is seen, though the caller never hears of it.
  @Test func eachTryIsTold() async throws {
    let clock = VirtualClock()
    let object = #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}"#
    let transport = ScriptedTransport(
      .fail(HTTPClientError.remoteConnectionClosed), .json(200, object))
    let seen = Seen()
    let client = KubernetesClient(
      KubernetesConfiguration(server: "https://api.test", bearerToken: nil),
      clock: MonotonicClock(clock), transport: transport, randomness: Randomness(SeededRandom(1))
    ) { verb, resource, failure, _ in
      seen.calls.withLock { $0.append("\(verb) \(resource) \(failure?.rawValue ?? "OK")") }
    }
    async let read = client.get(.widgets, ObjectKey("a", namespace: "ns"))
    await clock.pass(within: .seconds(1))
    _ = try await read
    #expect(seen.calls.withLock { $0 } == ["GET widgets connection", "GET widgets OK"])
  }
}
