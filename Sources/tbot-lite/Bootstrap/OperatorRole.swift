import Documents
import TeleportSchema

/// The role that the operator needs, and nothing beyond it.
enum OperatorRole {
  static let defaultName = "teleport-operator"
  static let verbs = ["list", "create", "read", "update", "delete"]

  /// A role of version v5, which every server from 11 on takes.
  ///
  /// - Parameters:
  ///   - kinds: what the operator manages; one rule each.
  ///   - description: says who keeps it, to those who look at it in Teleport.
  static func resource(
    named name: String, kinds: [ResourceSchema],
    description: String = "Permissions of the Kubernetes operator. Kept by tbot-lite."
  ) -> JSONValue {
    let resources = Set(kinds.map(\.rule)).sorted()
    var allow: JSONValue = [
      "rules": .array(
        resources.map {
          ["resources": [.string($0)], "verbs": .array(verbs.map { .string($0) })]
        })
    ]
    // Of these kinds Teleport shows and changes only what the labels allow, too. There are no logins.
    for condition in kinds.compactMap(\.labelCondition) { allow[condition] = ["*": ["*"]] }
    return [
      "kind": "role", "version": "v5",
      "metadata": [
        "name": .string(name),
        "description": .string(description),
      ],
      "spec": ["allow": allow],
    ]
  }
}

/// The bot's user.
enum BotUser {
  static let label = "teleport.internal/bot"

  static func name(ofBot bot: String) -> String { "bot-" + bot }

  /// The user that `tctl bots ls` lists as the bot. It holds the roles itself: certificates that the admin identity
  /// issues cannot ask for roles to impersonate (teleport-wire.md D.5).
  static func resource(ofBot bot: String, roles: [String]) -> JSONValue {
    [
      "kind": "user", "version": "v2",
      "metadata": ["name": .string(name(ofBot: bot)), "labels": [label: .string(bot)]],
      "spec": ["roles": .array(roles.map { .string($0) })],
    ]
  }
}
