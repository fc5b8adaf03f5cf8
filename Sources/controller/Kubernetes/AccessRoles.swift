import Documents
import Kubernetes

/// Roles that grant what the controller needs and nothing beyond it, as manifests. Pure.
struct AccessRoles: Sendable {
  let needs: AccessNeeds
  /// Of all roles; what they are for is added to it.
  let name: String
  /// The Secrets that custom resources may refer to.
  var secrets: [String] = []
  /// Whether the cluster's identity is read from the namespace kube-system.
  var readsClusterIdentity = true
  /// Who gets the roles; nil: roles alone.
  var serviceAccount: ObjectKey?

  /// Roles, and after each its binding.
  var manifests: [JSONValue] {
    var manifests: [JSONValue] = []
    for namespace in needs.namespaces {
      let permissions = needs.watching.filter { $0.namespace == namespace }
      manifests += grant(
        "\(name)-resources", namespace, permissions.flatMap(\.merged).map(rule) + secretRules)
    }
    manifests += grant(name, needs.leading.namespace, needs.leading.merged.map(rule))
    if readsClusterIdentity {
      let rule = self.rule("", ["namespaces"], ["get"], names: ["kube-system"])
      manifests += grant("\(name)-cluster-id", nil, [rule])
    }
    return manifests
  }

  private var secretRules: [JSONValue] {
    secrets.isEmpty ? [] : [rule("", ["secrets"], ["get"], names: secrets)]
  }

  private func rule(_ rule: (group: String, resources: [String], verbs: [String])) -> JSONValue {
    self.rule(rule.group, rule.resources, rule.verbs)
  }

  private func rule(
    _ group: String, _ resources: [String], _ verbs: [String], names: [String] = []
  ) -> JSONValue {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    var rule: JSONValue = [
      "apiGroups": list([group]), "resources": list(resources), "verbs": list(verbs),
    ]
    if !names.isEmpty { rule["resourceNames"] = list(names) }
    return rule
  }

  /// - Parameter namespace: nil for all.
  private func grant(_ name: String, _ namespace: String?, _ rules: [JSONValue]) -> [JSONValue] {
    let kind = namespace == nil ? "ClusterRole" : "Role"
    var metadata: JSONValue = ["name": .string(name)]
    if let namespace { metadata["namespace"] = .string(namespace) }
    func manifest(_ kind: String, _ rest: [String: JSONValue]) -> JSONValue {
      var manifest: JSONValue = [
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string(kind), "metadata": metadata,
      ]
      for (key, value) in rest { manifest[key] = value }
      return manifest
    }
    let role = manifest(kind, ["rules": .array(rules)])
    guard let serviceAccount else { return [role] }
    let subject: JSONValue = [
      "kind": "ServiceAccount", "name": .string(serviceAccount.name),
      "namespace": .string(serviceAccount.namespace ?? ""),
    ]
    let reference: JSONValue = [
      "apiGroup": "rbac.authorization.k8s.io", "kind": .string(kind), "name": .string(name),
    ]
    return [role, manifest(kind + "Binding", ["roleRef": reference, "subjects": [subject]])]
  }
}

extension AccessNeeds {
  /// Those that are looked after, in their order; nil stands for all.
  fileprivate var namespaces: [String?] {
    watching.reduce(into: []) { found, permission in
      if !found.contains(permission.namespace) { found.append(permission.namespace) }
    }
  }
}
