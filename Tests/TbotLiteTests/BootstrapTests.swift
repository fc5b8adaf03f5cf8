import Documents
import TeleportSchema
import Testing

@testable import tbot_lite

@Suite struct BootstrapTests {
  @Test func theRoleGrantsTheKindsThatThereAreAndNothingElse() {
    let verbs: JSONValue = ["list", "create", "read", "update", "delete"]
    let kinds = ["app", "github", "role", "user"].compactMap(ResourceSchema.named)
    #expect(
      OperatorRole.resource(named: "operator", kinds: kinds) == [
        "kind": "role", "version": "v5",
        "metadata": [
          "name": "operator",
          "description": "Permissions of the Kubernetes operator. Kept by tbot-lite.",
        ],
        "spec": [
          "allow": [
            "rules": [
              ["resources": ["app"], "verbs": verbs],
              ["resources": ["auth_connector"], "verbs": verbs],
              ["resources": ["role"], "verbs": verbs], ["resources": ["user"], "verbs": verbs],
            ], "app_labels": ["*": ["*"]],
          ]
        ],
      ])
  }

  @Test func kindsThatShareARuleShareIt() throws {
    let role = try #require(ResourceSchema.named("role"))
    let resource = OperatorRole.resource(named: "x", kinds: [role, role])
    #expect(resource[["spec", "allow", "rules"]]?.array?.count == 1)
    #expect(
      OperatorRole.resource(named: "x", kinds: [])[["spec", "allow", "rules"]] == .array([]))
  }

  @Test func theUserIsABotThatHoldsTheRole() {
    #expect(
      BotUser.resource(ofBot: "teleport-operator", roles: ["operator"]) == [
        "kind": "user", "version": "v2",
        "metadata": [
          "name": "bot-teleport-operator",
          "labels": ["teleport.internal/bot": "teleport-operator"],
        ],
        "spec": ["roles": ["operator"]],
      ])
  }

  @Test func bothCanBeEncoded() throws {
    let role = OperatorRole.resource(named: "x", kinds: ResourceSchema.standard)
    let user = BotUser.resource(ofBot: "x", roles: ["x"])
    #expect(throws: Never.self) { try ResourceSchema.named("role")?.encode(role) }
    #expect(throws: Never.self) { try ResourceSchema.named("user")?.encode(user) }
  }
}
