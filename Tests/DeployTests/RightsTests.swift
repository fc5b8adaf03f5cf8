import Documents
import Testing

@testable import controller

/// The chart grants what the code needs (`AccessNeeds`), which a test of the controller compares with what it does.
@Suite(.timeLimit(.minutes(3))) struct RightsTests {
  private func roles(_ namespaces: [String], secrets: [String] = [], clusterID: Bool = true)
    -> AccessRoles
  {
    let scope = NamespaceScope(
      names: namespaces == ["*"] ? nil : namespaces.isEmpty ? [Chart.namespace] : namespaces,
      selector: .all)
    var roles = AccessRoles(
      needs: AccessNeeds(scope: scope, home: scope.leaseNamespace(home: Chart.namespace)),
      name: "op-teleport-operator")
    roles.secrets = secrets
    roles.readsClusterIdentity = clusterID
    roles.serviceAccount = .init("op-teleport-operator", namespace: Chart.namespace)
    return roles
  }

  @Test(arguments: [[], ["a"], ["a", "b"], ["*"]] as [[String]])
  func theChartGrantsWhatTheCodeNeeds(namespaces: [String]) throws {
    let chart = Chart.standalone([
      "namespaces": .array(namespaces.map { .string($0) }), "secrets": ["github"],
    ])
    let rendered = try chart.objects().filter {
      ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"]
        .contains($0["kind"]?.string ?? "")
    }
    func essence(_ object: JSONValue) -> JSONValue {
      [
        "is": .string(object.identity.split(separator: "-").last.map(String.init) ?? ""),
        "kind": object["kind"] ?? .null, "namespace": object[["metadata", "namespace"]] ?? .null,
        "rules": object["rules"] ?? .null, "subjects": object["subjects"] ?? .null,
      ]
    }
    func texts(_ objects: [JSONValue]) -> [String] { objects.map { essence($0).jsonText }.sorted() }
    #expect(
      texts(rendered) == texts(roles(namespaces, secrets: ["github"]).manifests))
  }

  @Test func whatIsCommittedIsFresh() throws {
    let scope = NamespaceScope(names: [Chart.namespace], selector: .all)
    let roles = AccessRoles(
      needs: AccessNeeds(scope: scope, home: Chart.namespace), name: "teleport-operator")
    let text = roles.manifests.map { "---\n" + $0.yamlText() }.joined()
    #expect(
      try text == Repository.text("deploy/helm/teleport-operator/files/roles.yaml"),
      "make generate brings it up to date")
  }

  @Test func rightsCanBeLeftToOthers() throws {
    let chart = Chart.standalone(["rbac": ["create": false], "clusterID": "x"])
    #expect(try chart.objects().allSatisfy { $0["kind"]?.string?.contains("Role") == false })
  }
}
