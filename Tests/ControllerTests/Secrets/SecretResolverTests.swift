import Documents
import Kubernetes
import KubernetesSandbox
import Operations
import Synchronization
import TeleportSchema
import Testing

@testable import controller

@Suite(.timeLimit(.minutes(1))) struct SecretResolverTests {
  private let schema: ResourceSchema

  init() throws { schema = try SampleSchema.resource() }

  private func object(_ spec: JSONValue, namespace: String = "default") -> KubernetesObject {
    KubernetesObject(
      apiVersion: "resources.teleport.dev/v1", kind: "TeleportSample",
      metadata: ObjectMeta(name: "cr", namespace: namespace), spec: spec)
  }

  private func secret(
    _ name: String, _ data: JSONValue, allowing: String = "cr", namespace: String = "default"
  ) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Secret",
      "metadata": [
        "name": .string(name), "namespace": .string(namespace),
        "annotations": ["resources.teleport.dev/allow-lookup-from-cr": .string(allowing)],
      ], "stringData": data,
    ]
  }

  /// A resolver whose service account may get two Secrets by name, and nothing else.
  private func withResolver(
    _ body: (KubernetesSandbox, SecretResolver) async throws -> Void
  ) async throws {
    let kubernetes = try await KubernetesSandbox.start()
    kubernetes.setUser(
      SandboxUser(
        name: "operator", token: "operator-token",
        rules: [
          .init(
            verbs: ["get"], groups: [""], resources: ["secrets"], names: ["one", "two", "gone"],
            namespaces: ["default"])
        ]))
    let client = try KubernetesClient(
      KubernetesConfiguration(
        server: kubernetes.url, trust: .roots(pem: kubernetes.caPEM),
        bearerToken: .fixed(Secret("operator-token"))))
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await body(kubernetes, SecretResolver(client, timeout: .seconds(5))))
    } catch { result = .failure(error) }
    await client.shutdown()
    await kubernetes.shutdown()
    try result.get()
  }

  @Test func valuesComeFromSecretsOfTheNamespaceEachReadOnceByName() async throws {
    try await withResolver { kubernetes, resolver in
      try await kubernetes.put(secret("one", ["a": "hush", "b": "hushed"]))
      try await kubernetes.put(secret("two", ["a": "quiet"]))
      await kubernetes.faults.forgetRequests()
      let spec: JSONValue = [
        "password": "secret://one/a", "passwords": ["secret://one/b", "secret://two/a"],
        "open": "secret://one/a",
      ]
      let resolved = try await resolver.resolve(object(spec), schema)
      #expect(
        resolved.spec.reveal() == [
          "password": "hush", "passwords": ["hushed", "quiet"], "open": "secret://one/a",
        ])
      #expect(
        resolved.uses.map(\.path) == ["spec.password", "spec.passwords[0]", "spec.passwords[1]"])
      #expect(resolved.warnings.map(\.path) == ["spec.open"])
      let requests = await kubernetes.faults.requests.map(\.description)
      #expect(requests == ["GET secrets default/one", "GET secrets default/two"])
      #expect(!"\(resolved)".contains("hush") && !"\(resolved)".contains("quiet"))
    }
  }

  @Test func theDeclaredHashChangesWithTheSecretAndOnlyThen() async throws {
    try await withResolver { kubernetes, resolver in
      let spec: JSONValue = ["password": "secret://one/a"]
      func hash() async throws -> String {
        try await resolver.resolve(object(spec), schema).uses.declaredHash("same")
      }
      try await kubernetes.put(secret("one", ["a": "hush"]))
      let first = try await hash()
      #expect(try await hash() == first)
      try await kubernetes.put(secret("one", ["a": "other"]))
      let second = try await hash()
      #expect(second != first)
      // The same value in another Secret of that name: nothing is derived from values.
      try await kubernetes.delete("secrets", "one")
      try await kubernetes.put(secret("one", ["a": "other"]))
      #expect(try await hash() != second)
      #expect([SecretUse]().declaredHash("same") == "same")
    }
  }

  @Test func whatKubernetesRefusesIsToldByItsCode() async throws {
    try await withResolver { kubernetes, resolver in
      try await kubernetes.put(secret("other", ["a": "hush"]))
      try await kubernetes.put(secret("one", ["a": "hush"], allowing: "someone"))
      let spec: JSONValue = [
        "password": "secret://gone/a", "key": "secret://other/a", "tokens": ["t": "secret://one/a"],
      ]
      let error = await #expect(throws: SecretReferenceError.self) {
        try await resolver.resolve(object(spec), schema)
      }
      #expect(error?.issues.map(\.code) == [.forbidden, .secretNotFound, .notAllowed])
      #expect(error?.description.contains("hush") == false)
    }
  }

  /// The service account's rights end at the namespace, and so does what a reference can name.
  @Test func anotherNamespacesSecretIsNotReached() async throws {
    try await withResolver { kubernetes, resolver in
      try await kubernetes.put([
        "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "elsewhere"],
      ])
      try await kubernetes.put(secret("one", ["a": "hush"]))
      let error = await #expect(throws: SecretReferenceError.self) {
        try await resolver.resolve(
          object(["password": "secret://one/a"], namespace: "elsewhere"), schema)
      }
      #expect(error?.issues.map(\.code) == [.forbidden])
    }
  }

  @Test func aSpecWithoutReferencesAsksNobody() async throws {
    let asked = Asked()
    let resolver = SecretResolver { key in
      asked.note(key)
      throw KubernetesError(.notFound, "")
    }
    let spec: JSONValue = ["password": "plain", "open": "secret://one/a"]
    let resolved = try await resolver.resolve(object(spec), schema)
    #expect(resolved.spec.reveal() == spec && resolved.uses.isEmpty)
    #expect(asked.keys.isEmpty)
  }

  @Test func aServerThatCannotAnswerIsAskedAgainLater() async throws {
    let resolver = SecretResolver { _ in throw KubernetesError(.timeout, "hush") }
    let error = await #expect(throws: SecretReferenceError.self) {
      try await resolver.resolve(object(["password": "secret://one/a"]), schema)
    }
    #expect(error?.issues.map(\.code) == [.unavailable] && error?.isRetryable == true)
    #expect(error?.description.contains("hush") == false)
    let interrupted = SecretResolver { _ in throw CancellationError() }
    await #expect(throws: CancellationError.self) {
      try await interrupted.resolve(object(["password": "secret://one/a"]), schema)
    }
  }
}

private final class Asked: Sendable {
  private let state = Mutex<[Kubernetes.ObjectKey]>([])
  var keys: [Kubernetes.ObjectKey] { state.withLock { $0 } }
  func note(_ key: Kubernetes.ObjectKey) { state.withLock { $0.append(key) } }
}
