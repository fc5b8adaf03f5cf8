import Documents
import TeleportSchema
import Testing

/// Resources that every server from 11 on takes.
enum TestResource {
  static var roleSchema: ResourceSchema {
    get throws { try #require(ResourceSchema.named("role")) }
  }

  static var userSchema: ResourceSchema {
    get throws { try #require(ResourceSchema.named("user")) }
  }

  static func role(
    _ name: String, kinds: [String] = [], logins: [String] = ["root"], version: String = "v5"
  ) -> JSONValue {
    [
      "kind": "role", "version": .string(version), "metadata": ["name": .string(name)],
      "spec": [
        "allow": [
          "logins": .array(logins.map { .string($0) }),
          "rules": .array(
            kinds.map {
              [
                "resources": [.string($0)],
                "verbs": ["list", "create", "read", "update", "delete"],
              ]
            }),
        ]
      ],
    ]
  }

  static func user(_ name: String, roles: [String], traits: [String] = []) -> JSONValue {
    [
      "kind": "user", "version": "v2", "metadata": ["name": .string(name)],
      "spec": [
        "roles": .array(roles.map { .string($0) }),
        "traits": ["logins": .array(traits.map { .string($0) })],
      ],
    ]
  }
}
