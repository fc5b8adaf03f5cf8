import Documents
import Testing

@testable import controller

@Suite struct ResourceStatusTests {
  private static let earlier = "2030-01-01T00:00:00Z"
  private static let later = "2030-01-02T00:00:00Z"

  private static func status(
    _ ready: Condition.Status = .yes, _ reason: Reason = .inSync, message: String = "fine",
    generation: Int64 = 1, verified: VerifiedHashes? = VerifiedHashes(declared: "d", live: "l")
  ) -> ResourceStatus {
    ResourceStatus(
      conditions: [
        Condition(type: .ready, status: ready, reason: reason, message: message),
        Condition(type: .validStructure, status: .yes, reason: .noError, message: "decoded"),
      ], observedGeneration: generation, verified: verified)
  }

  private func applied(_ status: ResourceStatus, to current: JSONValue, at time: String)
    -> JSONValue
  {
    var next = current
    for (key, value) in status.patch(over: current, now: time)?["status"]?.object ?? [:] {
      next[key] = value.isNull ? nil : value
    }
    return next
  }

  private func condition(_ type: String, in status: JSONValue) -> JSONValue? {
    status["conditions"]?.array?.first { $0["type"]?.string == type }
  }

  @Test func theFirstStatusIsWhole() {
    let patch = Self.status().patch(over: .null, now: Self.earlier)
    #expect(
      patch == [
        "status": [
          "observedGeneration": 1, "declaredHash": "d", "liveHash": "l",
          "conditions": [
            [
              "type": "Ready", "status": "True", "reason": "InSync", "message": "fine",
              "lastTransitionTime": .string(Self.earlier), "observedGeneration": 1,
            ],
            [
              "type": "ValidStructure", "status": "True", "reason": "NoError",
              "message": "decoded", "lastTransitionTime": .string(Self.earlier),
              "observedGeneration": 1,
            ],
          ],
        ]
      ])
  }

  @Test func theSameStatusIsNoPatch() {
    let current = applied(Self.status(), to: .null, at: Self.earlier)
    #expect(Self.status().patch(over: current, now: Self.later) == nil)
  }

  @Test(arguments: [
    status(message: "other"), status(.yes, .notApplied), status(generation: 2),
    status(verified: VerifiedHashes(declared: "e", live: "l")),
    status(verified: VerifiedHashes(declared: "d", live: "m")),
  ])
  func whatChangesIsPatchedWithoutATransition(_ next: ResourceStatus) {
    let current = applied(Self.status(), to: .null, at: Self.earlier)
    let after = applied(next, to: current, at: Self.later)
    #expect(after != current)
    #expect(condition("Ready", in: after)?["lastTransitionTime"]?.string == Self.earlier)
  }

  @Test func onlyTheConditionWhoseStatusChangesHasATransition() {
    let current = applied(Self.status(), to: .null, at: Self.earlier)
    let after = applied(Self.status(.unknown, .teleportUnreachable), to: current, at: Self.later)
    #expect(condition("Ready", in: after)?["lastTransitionTime"]?.string == Self.later)
    #expect(condition("ValidStructure", in: after)?["lastTransitionTime"]?.string == Self.earlier)
  }

  @Test func conditionsOfOthersStay() throws {
    let foreign: JSONValue = ["type": "PolicyChecked", "status": "True", "reason": "X"]
    var current = applied(Self.status(), to: .null, at: Self.earlier)
    current["conditions"] = .array([foreign] + (current["conditions"]?.array ?? []))
    let after = applied(Self.status(.no, .notOwned), to: current, at: Self.later)
    #expect(condition("PolicyChecked", in: after) == foreign)
    #expect(after["conditions"]?.array?.count == 3)
  }

  @Test func aConditionThatSaysNothingAnyMoreGoes() {
    var first = Self.status()
    first.conditions.append(
      Condition(type: .teleportResourceOwned, status: .yes, reason: .newResource, message: ""))
    let current = applied(first, to: .null, at: Self.earlier)
    let after = applied(Self.status(), to: current, at: Self.later)
    #expect(condition("TeleportResourceOwned", in: after) == nil)
  }

  @Test func hashesAreTakenBackByNull() {
    let current = applied(Self.status(), to: .null, at: Self.earlier)
    let patch = Self.status(verified: nil).patch(over: current, now: Self.later)
    #expect(patch?[["status", "declaredHash"]] == .null)
    #expect(patch?[["status", "liveHash"]] == .null)
    #expect(VerifiedHashes(status: applied(Self.status(verified: nil), to: current, at: "")) == nil)
  }

  @Test func theTimeOfAVerificationMovesOnlyWithIt() {
    var verified = Self.status()
    verified.isVerification = true
    let first = applied(verified, to: .null, at: Self.earlier)
    #expect(first["lastVerifiedTime"]?.string == Self.earlier)
    // Verified again with the same result, nothing is written.
    #expect(verified.patch(over: first, now: Self.later) == nil)
    let failed = applied(Self.status(.unknown, .teleportUnreachable), to: first, at: Self.later)
    #expect(failed["lastVerifiedTime"]?.string == Self.earlier)
    #expect(applied(verified, to: failed, at: Self.later)["lastVerifiedTime"]?.string == Self.later)
  }

  @Test func failuresAndPlansComeAndGo() {
    var status = Self.status(.no, .rejectedByTeleport)
    status.failures = 3
    status.plan = ["create"]
    let failing = applied(status, to: .null, at: Self.earlier)
    #expect(failing["failures"] == 3 && failing["plan"] == ["create"])
    let well = applied(Self.status(), to: failing, at: Self.later)
    #expect(well["failures"] == nil && well["plan"] == nil)
  }

  @Test func whatOthersKeepInTheStatusIsNotTouched() {
    var current = applied(Self.status(), to: .null, at: Self.earlier)
    current["teleportResourceID"] = 7
    let patch = Self.status(.no, .notOwned).patch(over: current, now: Self.later)
    #expect(patch != nil && patch?[["status", "teleportResourceID"]] == nil)
    #expect(Self.status().patch(over: current, now: Self.later) == nil)
  }
}
