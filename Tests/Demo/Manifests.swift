import Documents

/// What the demo applies.
enum Manifests {
  /// The quick-start role of the documentation.
  static let role: JSONValue = [
    "apiVersion": "resources.teleport.dev/v5", "kind": "TeleportRole",
    "metadata": ["name": "myrole"],
    "spec": [
      "allow": [
        "logins": ["root"], "kubernetes_groups": ["edit"],
        "node_labels": ["dev": ["dev", "dev2"], "type": ["compute", "x"]],
      ]
    ],
  ]

  static let user: JSONValue = [
    "apiVersion": "resources.teleport.dev/v2", "kind": "TeleportUser",
    "metadata": ["name": "myuser"],
    "spec": ["roles": ["myrole"], "traits": ["logins": ["root"]]],
  ]

  /// Kubernetes takes it for a string; only the operator knows that it is no duration.
  static let badRole: JSONValue = [
    "apiVersion": "resources.teleport.dev/v5", "kind": "TeleportRole",
    "metadata": ["name": "badrole"],
    "spec": ["options": ["max_session_ttl": "1 hour"]],
  ]

  static func namespace(_ name: String) -> JSONValue {
    ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
  }
}
