import Documents
import Kubernetes
import Testing

/// A namespace and a kind of object of a test's own, on one server.
struct ContractSession: Sendable {
  let target: KubernetesTarget
  let client: KubernetesClient
  let namespace: String
  /// What the test's own group is called; nobody else uses it.
  let group: String

  var widgets: GroupVersionResource {
    GroupVersionResource(group: group, version: "v1", resource: "widgets")
  }

  func key(_ name: String) -> ObjectKey { ObjectKey(name, namespace: namespace) }

  func widget(
    _ name: String, _ spec: JSONValue = ["title": "one"], finalizers: [String] = [],
    labels: [String: String] = [:]
  ) -> KubernetesObject {
    KubernetesObject(
      apiVersion: "\(group)/v1", kind: "Widget",
      metadata: ObjectMeta(
        name: name, namespace: namespace, labels: labels, finalizers: finalizers),
      spec: spec)
  }

  /// The same server, asked by somebody else.
  func client(
    bearerToken: KubernetesConfiguration.BearerToken?
  ) async throws -> KubernetesClient {
    var configuration = try await target.configuration()
    configuration.bearerToken = bearerToken
    configuration.clientIdentity = nil
    return try KubernetesClient(configuration)
  }
}

/// Runs a test with a session and leaves nothing of it behind.
///
/// - Parameter definition: Whether the test needs widgets to be served.
func withSession(
  _ target: KubernetesTarget, definition: Bool = true,
  _ body: (ContractSession) async throws -> Void
) async throws {
  try await KubernetesClient.with(try await target.configuration()) { client in
    var random = SystemRandomNumberGenerator()
    let mark = String(random.next() as UInt32, radix: 16)
    let session = ContractSession(
      target: target, client: client, namespace: "contract-\(mark)",
      group: "c\(mark).contract.test")
    _ = try await client.create(
      .namespaces,
      KubernetesObject(
        apiVersion: "v1", kind: "Namespace", metadata: ObjectMeta(name: session.namespace)))
    do {
      if definition { try await session.define() }
      try await body(session)
    } catch {
      try await session.cleanUp()
      throw error
    }
    try await session.cleanUp()
  }
}

extension ContractSession {
  fileprivate func cleanUp() async throws {
    if let left = try? await client.list(widgets, namespace: nil) {
      for object in left.items where !object.metadata.finalizers.isEmpty {
        _ = try? await client.mergePatch(
          widgets, object.key, ["metadata": ["finalizers": .null]])
      }
    }
    _ = try? await client.delete(.customResourceDefinitions, ObjectKey("widgets.\(group)"))
    // A bare server has no controller that would empty the namespace and let it go.
    try await client.delete(.namespaces, ObjectKey(namespace))
    if var left = try? await client.get(.namespaces, ObjectKey(namespace)) {
      left.spec["finalizers"] = []
      _ = try? await client.replace(.namespaces, left, subresource: "finalize")
    }
  }
}
