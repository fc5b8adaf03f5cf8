import Documents
import Kubernetes

/// The status of a custom resource.
struct ResourceStatus: Hashable, Sendable {
  var conditions: [Condition]
  /// The generation that the conditions speak of.
  var observedGeneration: Int64
  /// What was declared, and what Teleport held, when the resource was last verified.
  var verified: VerifiedHashes?
  /// Whether this status tells what Teleport has just been seen to hold.
  var isVerification = false
  /// How often in a row there was a failure, so that a restart does not try at once what has long been failing.
  var failures = 0
  /// What would be done, where only that was asked for.
  var plan: [String]?

  func condition(_ type: ConditionType) -> Condition? { conditions.first { $0.type == type } }

  /// The merge patch that makes `current` this status; nil where it is already.
  ///
  /// - Parameter now: RFC 3339; the transition time of conditions whose status changes.
  func patch(over current: JSONValue, now: String) -> JSONValue? {
    let old = current["conditions"]?.array ?? []
    var conditions: [JSONValue] = []
    for condition in self.conditions {
      let before = old.first { $0["type"]?.string == condition.type.rawValue }
      let isSame = before?["status"]?.string == condition.status.rawValue
      let time = isSame ? before?["lastTransitionTime"]?.string ?? now : now
      conditions.append([
        "type": .string(condition.type.rawValue), "status": .string(condition.status.rawValue),
        "reason": .string(condition.reason.rawValue), "message": .string(condition.message),
        "lastTransitionTime": .string(time), "observedGeneration": .integer(observedGeneration),
      ])
    }
    // Conditions of other writers, such as a policy engine, are theirs.
    let own = Set(ConditionType.allCases.map(\.rawValue))
    conditions += old.filter { !own.contains($0["type"]?.string ?? "") }
    var status: JSONValue = [
      "conditions": .array(conditions), "observedGeneration": .integer(observedGeneration),
    ]
    let optional: [String: JSONValue?] = [
      "declaredHash": verified.map { .string($0.declared) },
      "liveHash": verified.map { .string($0.live) },
      "failures": failures > 0 ? .integer(Int64(failures)) : nil,
      "plan": plan.map { .array($0.map { .string($0) }) },
    ]
    for (field, value) in optional {
      // Null takes a field back.
      status[field] = value ?? (current[field] == nil ? nil : .null)
    }
    let isChanged = status.object?.contains { current[$0.key] != $0.value } ?? false
    guard isChanged else { return nil }
    if isVerification { status["lastVerifiedTime"] = .string(now) }
    return ["status": status]
  }
}

/// Digests of managed fields: what was declared, and what Teleport held.
struct VerifiedHashes: Hashable, Sendable {
  let declared: String
  let live: String

  init(declared: String, live: String) {
    self.declared = declared
    self.live = live
  }

  init?(status: JSONValue) {
    guard let declared = status["declaredHash"]?.string, let live = status["liveHash"]?.string
    else { return nil }
    self.init(declared: declared, live: live)
  }
}
