import Documents
import Kubernetes
import TeleportSchema
import Testing

@testable import controller

/// Servers before 15 acknowledge a write and go on showing what was there before, for a moment.
@Suite struct StaleReadTests {
  /// A field was removed from the spec, so that the old resource has all that is declared, too.
  private func observation(live: [UInt8], mayStillShow: Bool) throws -> Observation {
    let kind = try WatchedKind.named("TeleportRole")
    let object = try KubernetesObject.custom(
      "TeleportRole", "r", finalizers: [OperatorName.finalizer],
      spec: ["allow": ["logins": ["root"]]])
    let owner = Owner(object, cluster: nil)
    let declaration = try Declaration(object, owner: owner)
    var observation = Observation(
      object: object, schema: kind.schema, owner: owner, declaration: .success(declaration),
      live: .read(try LiveResource(live, kind.schema), live), serverMajor: 14)
    observation.unverifiedWrite = .init(
      declaredHash: declaration.hash,
      replaced: try Self.old(), mayStillShow: mayStillShow)
    return observation
  }

  private static let owned: JSONValue = [
    "teleport.dev/origin": "kubernetes", "teleport.dev/owner": "TeleportRole/default/r",
    "teleport.dev/owner-uid": "uid-1",
  ]

  private static func old() throws -> [UInt8] {
    try wire(
      "role", "r", version: "v5", labels: owned, revision: "1",
      spec: ["allow": ["logins": ["root"], "kubernetes_groups": ["edit"]]])
  }

  @Test func whatWasThereBeforeIsNoProofOfTheWrite() throws {
    let plan = try Planner.plan(observation(live: Self.old(), mayStillShow: true))
    #expect(plan == Plan(outcome: .lookAgain))
  }

  @Test func theSameContentWrittenAgainIsProof() throws {
    let again = try wire(
      "role", "r", version: "v5", labels: Self.owned, revision: "2",
      spec: ["allow": ["logins": ["root"], "kubernetes_groups": ["edit"]]])
    let plan = try Planner.plan(observation(live: again, mayStillShow: true))
    #expect(plan.effects.isEmpty && plan.ready?.reason == .inSync)
  }

  @Test func aServerThatChangesNothingIsBelievedInTheEnd() throws {
    let plan = try Planner.plan(observation(live: Self.old(), mayStillShow: false))
    #expect(plan.effects.isEmpty && plan.ready?.reason == .inSync)
  }

  @Test func fieldsThatTheServerDropsAreNamed() throws {
    let kind = try WatchedKind.named("TeleportRole")
    let object = try KubernetesObject.custom(
      "TeleportRole", "r",
      spec: ["allow": ["logins": ["root"], "db_roles": ["a"]], "options": ["lock": "strict"]])
    let owner = Owner(object, cluster: nil)
    let observation = Observation(
      object: object, schema: kind.schema, owner: owner,
      declaration: .success(try Declaration(object, owner: owner)), live: .absent,
      serverMajor: 11)
    let kept = try wire(
      "role", "r", version: "v5", labels: Self.owned,
      spec: ["allow": ["logins": ["root"]], "options": ["lock": "best_effort"]])
    let status = try Planner.verified(kept, observation.declaration.get(), observation)
    let ready = try #require(status.condition(.ready))
    #expect(ready.status == .no && ready.reason == .notApplied)
    #expect(ready.message.contains(": spec.allow.db_roles, spec.options.lock."))
    #expect(status.verified != nil)
  }
}
