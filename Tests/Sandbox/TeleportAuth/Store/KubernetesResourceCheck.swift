/// What a role of one version may say in `kubernetes_resources`.
struct KubernetesResourceCheck: Sendable {
  let version: String

  func validate(_ resource: [UInt8]) throws(CallError) {
    let kind = resource.string(at: [1])
    let verbs = resource.strings(at: [4])
    let group = resource.string(at: [5])
    switch version {
    case "v7":
      try require(kind == "*" || Self.singularKinds.contains(kind), kind)
      guard group.isEmpty else {
        throw CallError(.badParameter, "API group \"\(group)\" is not supported in role version v7")
      }
      if resource.string(at: [2]).isEmpty, !Self.clusterWideKinds.contains(kind) {
        throw CallError(.badParameter, "KubernetesResource kind \"\(kind)\" must include Namespace")
      }
      try requireLoneWildcard(verbs)
    case "v8":
      if group == "*", Self.singularKinds.contains(kind) {
        throw CallError(
          .badParameter,
          "KubernetesResource kind \"\(kind)\" is invalid. Please use plural name for \(version)")
      }
      if group.isEmpty, !Self.corePlurals.contains(kind) {
        throw CallError(
          .badParameter, "API group is required for KubernetesResource kind \"\(kind)\"")
      }
      try requireLoneWildcard(verbs)
    default:
      try require(kind == "pod", kind)
      if !verbs.isEmpty, verbs != ["*"] {
        throw CallError(
          .badParameter,
          "role version \(version) only supports the verb \"*\" in KubernetesResource")
      }
    }
    if resource.string(at: [3]).isEmpty {
      throw CallError(.badParameter, "KubernetesResource must include Name")
    }
  }

  private func require(_ isKnown: Bool, _ kind: String) throws(CallError) {
    guard isKnown else {
      throw CallError(
        .badParameter,
        "KubernetesResource kind \"\(kind)\" is invalid or unsupported in role version \(version)")
    }
  }

  private func requireLoneWildcard(_ verbs: [String]) throws(CallError) {
    if verbs.count > 1, verbs.contains("*") {
      throw CallError(
        .badParameter, "KubernetesResource verb \"*\" cannot be used with other verbs")
    }
  }

  static let clusterWideKinds: Set<String> = [
    "namespace", "clusterrole", "clusterrolebinding", "persistentvolume",
    "certificatesigningrequest", "kube_node", "*",
  ]

  static let singularKinds: Set<String> = clusterWideKinds.subtracting(["*"]).union([
    "pod", "secret", "configmap", "service", "serviceaccount", "persistentvolumeclaim",
    "deployment", "replicaset", "statefulset", "daemonset", "role", "rolebinding", "cronjob",
    "job", "ingress",
  ])

  static let corePlurals: Set<String> = [
    "pods", "secrets", "configmaps", "services", "serviceaccounts", "persistentvolumeclaims",
    "persistentvolumes", "namespaces", "nodes", "events", "endpoints", "limitranges",
    "resourcequotas", "replicationcontrollers", "podtemplates",
  ]
}
