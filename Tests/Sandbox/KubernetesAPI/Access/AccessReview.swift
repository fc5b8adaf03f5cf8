import Documents

/// The reviews that a caller can ask for about itself; nothing of them is stored.
enum VirtualResources {
  static let groups = ["authentication.k8s.io", "authorization.k8s.io"]

  struct Kind: Sendable {
    let group: String
    let plural: String
    let kind: String
  }

  static let kinds = [
    Kind(
      group: "authentication.k8s.io", plural: "selfsubjectreviews", kind: "SelfSubjectReview"),
    Kind(
      group: "authorization.k8s.io", plural: "selfsubjectaccessreviews",
      kind: "SelfSubjectAccessReview"),
    Kind(
      group: "authorization.k8s.io", plural: "selfsubjectrulesreviews",
      kind: "SelfSubjectRulesReview"),
  ]

  /// The review, answered.
  static func answer(_ review: JSONValue, plural: String, for user: SandboxUser) -> JSONValue {
    var answered = review
    if answered["metadata"] == nil { answered["metadata"] = [:] }
    switch plural {
    case "selfsubjectaccessreviews": answered["status"] = access(review["spec"] ?? [:], user)
    case "selfsubjectrulesreviews": answered["status"] = rules(of: user)
    default:
      answered["status"] = [
        "userInfo": [
          "username": .string(user.name),
          "groups": .array((user.groups + ["system:authenticated"]).map(JSONValue.string)),
        ]
      ]
    }
    return answered
  }

  private static func access(_ spec: JSONValue, _ user: SandboxUser) -> JSONValue {
    guard let asked = spec["resourceAttributes"] else {
      return ["allowed": true, "reason": "non-resource paths are open to every user"]
    }
    let plural = asked["resource"]?.string ?? ""
    let subresource = asked["subresource"]?.string ?? ""
    let request = AccessRequest(
      verb: asked["verb"]?.string ?? "", group: asked["group"]?.string ?? "",
      resource: subresource.isEmpty ? plural : "\(plural)/\(subresource)",
      name: asked["name"]?.string ?? "", namespace: asked["namespace"]?.string ?? "")
    return ["allowed": .bool(user.may(request))]
  }

  private static func rules(of user: SandboxUser) -> JSONValue {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    return [
      "incomplete": false, "nonResourceRules": [["verbs": ["get"], "nonResourceURLs": ["*"]]],
      "resourceRules": .array(
        user.rules.map { rule in
          [
            "verbs": list(rule.verbs), "apiGroups": list(rule.groups),
            "resources": list(rule.resources), "resourceNames": list(rule.names),
          ]
        }),
    ]
  }
}
