import Documents

@testable import controller

extension Plan {
  var teleportEffects: [Effect] { effects.filter { $0.isUpsert || $0 == .delete } }

  var ready: Condition? {
    if case .status(let status) = outcome { status.condition(.ready) } else { nil }
  }

  var summary: String {
    let names = effects.map { effect in
      switch effect {
      case .addFinalizer: "addFinalizer"
      case .create: "create"
      case .update: "update"
      case .delete: "delete"
      case .removeFinalizer: "removeFinalizer"
      }
    }
    let end =
      switch outcome {
      case .none: "none"
      case .status: "status \(ready?.reason.rawValue ?? "-")"
      case .verify: "verify"
      case .lookAgain: "lookAgain"
      case .read: "read"
      }
    return "\(names) \(end) retries:\(retries) \(notes)"
  }
}

extension Plan.Effect {
  var isUpsert: Bool {
    switch self {
    case .create, .update: true
    default: false
    }
  }
}

extension JSONValue {
  /// Whether everything in `other` is here too, lists as wholes.
  func covers(_ other: JSONValue) -> Bool {
    guard let members = other.object else { return self == other }
    return members.allSatisfy { key, value in self[key]?.covers(value) ?? false }
  }
}
