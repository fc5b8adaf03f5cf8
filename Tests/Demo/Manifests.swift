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

  /// It has no duration, which the definition knows.
  static let badRole: JSONValue = [
    "apiVersion": "resources.teleport.dev/v5", "kind": "TeleportRole",
    "metadata": ["name": "badrole"],
    "spec": ["options": ["max_session_ttl": "1 hour"]],
  ]

  /// It has a role that only Teleport can know not to exist.
  static let badUser: JSONValue = [
    "apiVersion": "resources.teleport.dev/v2", "kind": "TeleportUser",
    "metadata": ["name": "baduser"], "spec": ["roles": ["no-such-role"]],
  ]

  static func namespace(_ name: String) -> JSONValue {
    ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
  }
}
