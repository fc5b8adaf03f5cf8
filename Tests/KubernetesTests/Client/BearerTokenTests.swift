import SandboxFaults
import Synchronization
import Testing

@testable import Kubernetes

@Suite("bearer tokens from a file")
struct BearerTokenTests {
  private final class TokenFile: Sendable {
    private let text: Mutex<String?>
    init(_ text: String?) { self.text = Mutex(text) }
    func write(_ text: String?) { self.text.withLock { $0 = text } }
    var access: FileAccess {
      FileAccess { _ in
        self.text.withLock { $0 }.map { .success(Array($0.utf8)) } ?? .failure(.missing)
      }
    }
  }

  private static let object = #"{"apiVersion":"v1","kind":"X","metadata":{"name":"a"}}"#
  private let key = ObjectKey("a", namespace: "ns")

  @Test func theFileIsReadAgainAfterAMinute() async throws {
    let file = TokenFile("one\n")
    let clock = VirtualClock()
    let transport = ScriptedTransport(.json(200, Self.object))
    let client = KubernetesClient.scripted(
      transport, clock: clock, bearerToken: .file(path: "/token"), files: file.access)
    _ = try await client.get(.widgets, key)
    file.write("two")
    clock.advance(by: .seconds(59))
    _ = try await client.get(.widgets, key)
    clock.advance(by: .seconds(2))
    _ = try await client.get(.widgets, key)
    #expect(transport.requests.map(\.authorization) == ["Bearer one", "Bearer one", "Bearer two"])
  }

  @Test func aRefusedTokenIsReadAgainAtOnce() async throws {
    let file = TokenFile("old")
    let transport = ScriptedTransport { request, _ in
      request.authorization == "Bearer new"
        ? .json(200, Self.object) : .json(401, status(401, "Unauthorized"))
    }
    let client = KubernetesClient.scripted(
      transport, bearerToken: .file(path: "/token"), files: file.access)
    let refused = await #expect(throws: KubernetesError.self) {
      try await client.get(.widgets, key)
    }
    #expect(refused?.code == .unauthorized)
    #expect(transport.requests.count == 1)
    file.write("new")
    _ = try await client.get(.widgets, key)
    #expect(transport.requests.map(\.authorization) == ["Bearer old", "Bearer old", "Bearer new"])
    // The file is being replaced: the last token still serves.
    file.write(nil)
    _ = try await client.get(.widgets, key)
  }

  @Test func withoutAFileNothingIsSent() async throws {
    let transport = ScriptedTransport(.json(200, Self.object))
    let client = KubernetesClient.scripted(
      transport, bearerToken: .file(path: "/token"), files: TokenFile(nil).access)
    let error = await #expect(throws: KubernetesError.self) {
      try await client.get(.widgets, key)
    }
    #expect(error?.code == .unauthorized)
    #expect(error?.message.contains("/token") == true)
    #expect(transport.requests.isEmpty)
  }
}
