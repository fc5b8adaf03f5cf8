import AsyncHTTPClient
import SandboxFaults
import Testing

@testable import Kubernetes

@Suite("calls")
struct CallTests {
  private static let object = #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}"#
  private let key = ObjectKey("a", namespace: "ns")

  @Test func aRefusalForLackOfRoomIsWaitedOut() async throws {
    let clock = VirtualClock()
    let transport = ScriptedTransport(
      .json(429, status(429, "TooManyRequests"), headers: ["retry-after": "3"]),
      .json(201, Self.object))
    let client = KubernetesClient.scripted(transport, clock: clock)
    async let created = client.create(.widgets, .sample("a"))
    await clock.pass(within: .seconds(4))
    #expect(try await created.metadata.name == "a")
    #expect(transport.requests.map(\.method) == ["POST", "POST"])
    #expect(clock.now.offset >= .seconds(3))
  }

  @Test func aLostAnswerIsAskedForAgainOnlyWhereThatIsSafe() async throws {
    let clock = VirtualClock()
    let lost = ScriptedTransport.Answer.fail(HTTPClientError.remoteConnectionClosed)
    let reads = ScriptedTransport(lost, .json(200, Self.object))
    let client = KubernetesClient.scripted(reads, clock: clock)
    async let read = client.get(.widgets, key)
    await clock.pass(within: .seconds(1))
    #expect(try await read.metadata.name == "a")

    let writes = ScriptedTransport(lost, .json(201, Self.object))
    let writer = KubernetesClient.scripted(writes, clock: clock)
    let error = await #expect(throws: KubernetesError.self) {
      try await writer.create(.widgets, .sample("a"))
    }
    #expect(error?.code == .connection)
    #expect(error?.effect == .unknown)
    #expect(error?.request == "POST /apis/example.test/v1/namespaces/ns/widgets")
    #expect(writes.requests.count == 1)
  }

  @Test func aCallEndsInTime() async throws {
    let clock = VirtualClock()
    let transport = ScriptedTransport(.nothing)
    let client = KubernetesClient.scripted(transport, clock: clock)
    let read = Task { try await client.get(.widgets, key, timeout: .seconds(5)) }
    await clock.pass(within: .seconds(5))
    let error = await #expect(throws: KubernetesError.self) { try await read.value }
    #expect(error?.code == .deadlineExceeded)
    #expect(error?.effect == .unknown)
  }

  @Test func noTryBeginsThatCouldNotEndInTime() async throws {
    let transport = ScriptedTransport(
      .json(429, status(429, "TooManyRequests"), headers: ["retry-after": "60"]))
    let client = KubernetesClient.scripted(transport)
    let error = await #expect(throws: KubernetesError.self) {
      try await client.get(.widgets, key, timeout: .seconds(5))
    }
    #expect(error?.code == .tooManyRequests)
    #expect(error?.retryAfter == .seconds(60))
    #expect(transport.requests.count == 1)
  }

  @Test func cancellingACallIsNoFailureOfTheServer() async throws {
    let clock = VirtualClock()
    let client = KubernetesClient.scripted(ScriptedTransport(.nothing), clock: clock)
    let call = Task { try await client.get(.widgets, key) }
    await clock.waitForSleeper(within: .seconds(60))
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
  }

  @Test(arguments: ["", ".", ".."])
  func anEmptyNameReachesNoServer(name: String) async throws {
    let transport = ScriptedTransport(.json(200, "{}"))
    let client = KubernetesClient.scripted(transport)
    for key in [ObjectKey(name, namespace: "ns"), ObjectKey("a", namespace: name)] {
      let error = await #expect(throws: KubernetesError.self) {
        try await client.delete(.widgets, key)
      }
      #expect(error?.code == .badRequest)
    }
    #expect(transport.requests.isEmpty)
  }

  @Test func anAnswerThatIsNoneIsSaidToBe() async throws {
    let client = KubernetesClient.scripted(ScriptedTransport(.json(200, "<html>")))
    let error = await #expect(throws: KubernetesError.self) { try await client.get(.widgets, key) }
    #expect(error?.code == .malformedResponse)
  }

  @Test func aListThatExpiresUnderWayBeginsAgainOnce() async throws {
    let page = { (name: String, token: String) in
      #"{"kind":"WidgetList","apiVersion":"example.test/v1","metadata":{"resourceVersion":"7","continue":"\#(token)"},"#
        + #""items":[{"metadata":{"name":"\#(name)"}}]}"#
    }
    let gone = ScriptedTransport.Answer.json(410, status(410, "Expired"))
    let transport = ScriptedTransport(
      .json(200, page("a", "t1")), gone, .json(200, page("b", "t2")), .json(200, page("c", "")))
    let list = try await KubernetesClient.scripted(transport).list(.widgets, namespace: "ns")
    #expect(list.items.map(\.metadata.name) == ["b", "c"])
    #expect(list.items.allSatisfy { $0.kind == "Widget" && $0.apiVersion == "example.test/v1" })
    #expect(list.resourceVersion == "7")
    let path = "/apis/example.test/v1/namespaces/ns/widgets?limit=500"
    #expect(
      transport.requests.map(\.path) == [path, path + "&continue=t1", path, path + "&continue=t2"])

    let hopeless = ScriptedTransport(
      .json(200, page("a", "t1")), gone, .json(200, page("b", "t2")), gone)
    let error = await #expect(throws: KubernetesError.self) {
      try await KubernetesClient.scripted(hopeless).list(.widgets, namespace: "ns")
    }
    #expect(error?.code == .gone)
  }
}
