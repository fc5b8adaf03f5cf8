import Documents

/// A TeleportRole of about 2 KB, as teams write them.
enum SampleRole {
  static let plural = "teleportroles"

  static func manifest(_ name: String, logins: [String] = ["root"]) -> JSONValue {
    [
      "apiVersion": "resources.teleport.dev/v5", "kind": "TeleportRole",
      "metadata": [
        "name": .string(name), "namespace": "default", "labels": ["team": "platform", "tier": "2"],
        "annotations": ["description": .string("Access of \(name) to what its team runs.")],
      ],
      "spec": ["options": options, "allow": allow(name, logins), "deny": deny],
    ]
  }

  /// The merge patch that changes a role to these logins.
  static func patch(logins: [String]) -> JSONValue {
    ["spec": ["allow": ["logins": .array(logins.map { .string($0) })]]]
  }

  private static let options: JSONValue = [
    "max_session_ttl": "8h", "forward_agent": true, "client_idle_timeout": "30m",
    "enhanced_recording": ["command", "network", "disk"],
  ]

  private static func allow(_ name: String, _ logins: [String]) -> JSONValue {
    [
      "logins": .array(logins.map { .string($0) }),
      "kubernetes_groups": list("system:\(name)", count: 8),
      "kubernetes_users": list("user-of-\(name)", count: 6),
      "node_labels": labels(of: name), "app_labels": labels(of: name),
      "db_labels": labels(of: name),
      "db_names": list("database-\(name)", count: 8), "db_users": list("reader-\(name)", count: 8),
      "rules": [
        ["resources": ["session", "session_recording"], "verbs": ["list", "read"]],
        [
          "resources": ["event"], "verbs": ["list", "read"], "where": "contains(user.roles, \"x\")",
        ],
      ],
    ]
  }

  private static let deny: JSONValue = [
    "logins": ["guest", "nobody"], "node_labels": ["environment": ["production", "audit"]],
  ]

  private static func labels(of name: String) -> JSONValue {
    [
      "owner": .string(name), "environment": ["staging", "development"],
      "region": ["eu-central-1", "us-east-1"],
    ]
  }

  private static func list(_ prefix: String, count: Int) -> JSONValue {
    .array((1...count).map { .string("\(prefix)-\($0)") })
  }
}
