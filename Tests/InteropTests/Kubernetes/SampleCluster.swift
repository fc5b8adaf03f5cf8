import Documents
import KubernetesSandbox

/// A stand-in for kube-apiserver with some objects in it.
enum SampleCluster {
  /// May read config maps in `default` and nothing else.
  static let reader = SandboxUser(
    name: "reader", token: "reader-token",
    rules: [
      .init(
        verbs: ["get", "list"], groups: [""], resources: ["configmaps"], namespaces: ["default"])
    ])

  /// Longer than the windows of HTTP/2 flow control are at first.
  static let longText = String(repeating: "0123456789abcdef", count: 16_384)

  static func with(_ body: (KubernetesSandbox) async throws -> Void) async throws {
    let sandbox = try await KubernetesSandbox.start()
    do {
      sandbox.setUser(reader)
      for (name, namespace) in [("b", "default"), ("a", "default"), ("c", "kube-system")] {
        try await sandbox.put(configMap(name, ["key": "value"]), namespace: namespace)
      }
      try await sandbox.put(configMap("long", ["text": .string(longText)]), namespace: "default")
      try await body(sandbox)
    } catch {
      await sandbox.shutdown()
      throw error
    }
    await sandbox.shutdown()
  }

  private static func configMap(_ name: String, _ data: JSONValue) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": data,
    ]
  }
}

extension JSONValue {
  /// Names of a list's items.
  var itemNames: [String]? {
    self["items"]?.array?.compactMap { $0[["metadata", "name"]]?.string }
  }
}
