import Documents
import Kubernetes
import Operations
import Testing

@Suite("kube-apiserver contract: access")
struct AccessContract {
  @Test("a token that nobody has is unauthorized", arguments: KubernetesTarget.all)
  func badToken(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let stranger = try await session.client(bearerToken: .fixed(Secret("no-such-token")))
      let error = await #expect(throws: KubernetesError.self) {
        try await stranger.list(.leases, namespace: session.namespace)
      }
      await stranger.shutdown()
      #expect(error?.code == .unauthorized)
      #expect(error?.httpStatus == 401)
    }
  }

  @Test("without a token nothing is allowed", arguments: KubernetesTarget.all)
  func anonymous(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let stranger = try await session.client(bearerToken: nil)
      let error = await #expect(throws: KubernetesError.self) {
        try await stranger.list(.secrets, namespace: session.namespace)
      }
      await stranger.shutdown()
      // Which of the two depends on whether the server knows anonymous users.
      #expect([.unauthorized, .forbidden].contains(error?.code))
    }
  }

  @Test("the server answers what a client may do", arguments: KubernetesTarget.all)
  func review(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let question = AccessQuestion(
        "patch", session.widgets, subresource: "status", namespace: session.namespace)
      let here = try await session.client.isAllowed(question)
      #expect(here)
      let everywhere = try await session.client.isAllowed(AccessQuestion("list", session.widgets))
      #expect(everywhere)
    }
  }

  @Test("the server tells its version", arguments: KubernetesTarget.all)
  func version(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let version = try await session.client.serverVersion()
      #expect(version.gitVersion.hasPrefix("v1."))
    }
  }
}
