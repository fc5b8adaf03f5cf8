import Documents
import Kubernetes
import Testing

extension ContractSession {
  /// The definition of this session's kind.
  var definition: JSONValue {
    [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("widgets.\(group)")],
      "spec": [
        "group": .string(group), "scope": "Namespaced",
        "names": [
          "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList",
        ],
        "versions": [
          [
            "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
            "schema": ["openAPIV3Schema": Self.schema],
          ]
        ],
      ],
    ]
  }

  private static let schema: JSONValue = [
    "type": "object",
    "properties": [
      "spec": [
        "type": "object",
        "properties": [
          "title": ["type": "string", "maxLength": 20],
          "size": ["type": "integer", "minimum": 0],
          "color": ["type": "string", "enum": ["red", "green"]],
          "tags": ["type": "array", "items": ["type": "string"]],
          "parts": [
            "type": "object",
            "properties": ["left": ["type": "string"], "right": ["type": "string"]],
          ],
          "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
        ],
      ],
      "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
    ],
  ]

  private struct Established: Error {}

  /// Creates the definition and waits until it is Established and widgets are served, which are two things: a
  /// server answers for names that it has accepted a little earlier, and lags behind with discovery.
  func define() async throws {
    let applied = try await client.apply(
      .customResourceDefinitions, definition, manager: "contract")
    if applied.isEstablished { return try await waitUntilServed() }
    do {
      _ = try await client.watch(
        .customResourceDefinitions, namespace: nil,
        selector: ObjectSelector(fields: "metadata.name=widgets.\(group)"),
        from: applied.metadata.resourceVersion, seconds: 30, silence: .seconds(30)
      ) { event in
        if event.object?.isEstablished == true { throw Established() }
      }
      Issue.record("the definition is not Established after 30 s")
    } catch is Established {}
    try await waitUntilServed()
  }

  private func waitUntilServed() async throws {
    _ = try await whenServed { try await client.page(widgets, namespace: namespace) }
  }

  /// A definition is Established a moment before its paths answer, and nothing tells of that moment.
  func whenServed<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
    var tries = 0
    while true {
      do {
        return try await ask()
      } catch let error as KubernetesError where error.code == .notServed && tries < 500 {
        tries += 1
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }
}

extension KubernetesObject {
  /// Whether the definition's names are accepted and its kind is there.
  var isEstablished: Bool {
    let conditions = status["conditions"]?.array ?? []
    return conditions.contains { $0["type"] == "Established" && $0["status"] == "True" }
  }
}
