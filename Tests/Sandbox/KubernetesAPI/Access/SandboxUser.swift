/// Somebody who may call the API.
public struct SandboxUser: Sendable {
  /// What a user may do, in the terms of an RBAC policy rule; `*` stands for everything.
  public struct Rule: Sendable {
    public var verbs: [String]
    /// API groups; the core group is the empty string.
    public var groups: [String]
    /// Plural names, with `/status` for the status subresource.
    public var resources: [String]
    /// Object names; empty for all.
    public var names: [String]
    /// Namespaces; empty for all and for what is in none.
    public var namespaces: [String]

    public init(
      verbs: [String], groups: [String], resources: [String], names: [String] = [],
      namespaces: [String] = []
    ) {
      self.verbs = verbs
      self.groups = groups
      self.resources = resources
      self.names = names
      self.namespaces = namespaces
    }

    /// Everything, everywhere.
    public static let all = Rule(verbs: ["*"], groups: ["*"], resources: ["*"])
  }

  public var name: String
  public var groups: [String]
  /// The bearer token; empty for a user who only has a client certificate.
  public var token: String
  public var rules: [Rule]

  public init(name: String, groups: [String] = [], token: String, rules: [Rule]) {
    self.name = name
    self.groups = groups
    self.token = token
    self.rules = rules
  }
}
