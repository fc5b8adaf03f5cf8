/// What a caller may do with resources: the rules of all its roles together.
///
/// Rules with a `where` clause are not evaluated: such an allow rule grants nothing, such a deny rule denies.
struct AccessRules: Hashable, Sendable {
  enum Verb: String, Sendable {
    case list, create, read, readnosecrets, update, delete
  }

  struct Rule: Hashable, Sendable {
    var resources: Set<String>
    var verbs: Set<String>
    var hasCondition = false

    init(resources: Set<String>, verbs: Set<String>, hasCondition: Bool = false) {
      self.resources = resources
      self.verbs = verbs
      self.hasCondition = hasCondition
    }

    /// Reads a `types.Rule`.
    init(_ message: [UInt8]) {
      self.init(
        resources: Set(message.strings(at: [1])), verbs: Set(message.strings(at: [2])),
        hasCondition: !message.string(at: [3]).isEmpty)
    }

    func covers(_ verb: Verb, _ resource: String) -> Bool {
      guard resources.contains(resource) || resources.contains("*") else { return false }
      return verbs.contains("*") || verbs.contains(verb.rawValue)
        || verb == .readnosecrets && verbs.contains("read")
    }
  }

  var allow: [Rule] = []
  var deny: [Rule] = []

  static let nothing = AccessRules()
  static let everything = AccessRules(allow: [Rule(resources: ["*"], verbs: ["*"])])

  init(allow: [Rule] = [], deny: [Rule] = []) {
    self.allow = allow
    self.deny = deny
  }

  /// The union of the rules of roles.
  init(roles: [[UInt8]]) {
    for role in roles {
      allow += role.messages(at: RoleField.allow + [ConditionField.rules]).map(Rule.init)
      deny += role.messages(at: RoleField.deny + [ConditionField.rules]).map(Rule.init)
    }
  }

  /// Throws unless every verb is granted.
  func require(_ verbs: Verb..., on resource: String) throws(CallError) {
    for verb in verbs where !permits(verb, on: resource) {
      throw CallError(
        .accessDenied, #"access denied to perform action "\#(verb.rawValue)" on "\#(resource)""#)
    }
  }

  func permits(_ verb: Verb, on resource: String) -> Bool {
    !deny.contains { $0.covers(verb, resource) }
      && allow.contains { !$0.hasCondition && $0.covers(verb, resource) }
  }
}
