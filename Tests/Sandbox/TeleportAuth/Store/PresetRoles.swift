import Documents
import TeleportSchema

/// The roles that every cluster has from its first start.
enum PresetRoles {
  static func all(major: Int) -> [JSONValue] {
    [
      role(
        "access", major, ["node_labels": ["*": "*"], "logins": ["{{internal.logins}}"]], [:],
        rules: [["resources": ["event"], "verbs": ["list", "read"]]]),
      role(
        "editor", major, [:], ["forward_agent": true],
        rules: [
          [
            "resources": ["user", "role", "auth_connector", "trusted_cluster", "token", "session"],
            "verbs": ["list", "create", "read", "update", "delete"],
          ]
        ]),
      role(
        "auditor", major, [:], [:],
        rules: [["resources": ["session", "event"], "verbs": ["list", "read"]]]),
    ]
  }

  private static func role(
    _ name: String, _ major: Int, _ allow: JSONValue, _ options: JSONValue, rules: [JSONValue]
  ) -> JSONValue {
    var conditions = allow
    conditions["rules"] = .array(rules)
    let labels: JSONValue = major >= 14 ? ["teleport.internal/resource-type": "preset"] : [:]
    return [
      "kind": "role", "version": .string(RoleVersions.stored("", major: major)),
      "metadata": ["name": .string(name), "labels": labels],
      "spec": ["allow": conditions, "options": options],
    ]
  }
}
