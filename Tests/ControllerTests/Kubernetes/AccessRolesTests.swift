import Documents
import KubernetesSandbox
import SandboxFaults
import Testing

@testable import controller

@Suite(.timeLimit(.minutes(2))) struct AccessRolesTests {
  private static let name = "of-the-rules"

  private func roles(_ namespace: String = "default") throws -> AccessRoles {
    let scope = NamespaceScope(
      names: try NamespaceScope.names(namespace, of: "--namespace"), selector: .all)
    var roles = AccessRoles(
      needs: AccessNeeds(scope: scope, home: "default"), name: "teleport-operator")
    roles.secrets = ["github"]
    return roles
  }

  /// What a user may do to whom the manifests are bound.
  private func rules(_ manifests: [JSONValue]) -> [SandboxUser.Rule] {
    manifests.flatMap { manifest in
      (manifest["rules"]?.array ?? []).map { rule in
        func texts(_ key: String) -> [String] { (rule[key]?.array ?? []).compactMap(\.string) }
        return SandboxUser.Rule(
          verbs: texts("verbs"), groups: texts("apiGroups"), resources: texts("resources"),
          names: texts("resourceNames"),
          namespaces: (manifest[["metadata", "namespace"]]?.string).map { [$0] } ?? [])
      }
    }
  }

  /// A verb and what it is used on; the custom resources are one.
  private struct Use: Hashable, CustomStringConvertible {
    let verb: String
    let resource: String

    init(_ verb: String, _ resource: String) {
      self.verb = verb
      self.resource =
        resource.hasPrefix("teleport")
        ? resource.hasSuffix("/status") ? "custom resources/status" : "custom resources" : resource
    }

    /// From what the API server was asked: `PATCH teleportroles/status`.
    init?(_ request: SandboxRequest) {
      let words = request.operation.split(separator: " ").map(String.init)
      let verbs = [
        "LIST": "list", "WATCH": "watch", "GET": "get", "POST": "create", "PUT": "update",
        "PATCH": "patch", "APPLY": "patch", "DELETE": "delete",
      ]
      guard words.count == 2, let verb = verbs[words[0]] else { return nil }
      self.init(verb, words[1])
    }

    var description: String { "\(verb) \(resource)" }
  }

  /// A whole life with just these rights: nothing is refused, and each right is used.
  @Test func whatIsGrantedIsWhatIsUsed() async throws {
    let manifests = try roles().manifests
    try await Stage.with { stage in
      stage.kubernetes.setUser(
        SandboxUser(name: Self.name, token: "token", rules: rules(manifests)))
      try await stage.kubernetes.put([
        "apiVersion": "v1", "kind": "Secret",
        "metadata": [
          "name": "github", "namespace": "default",
          "annotations": ["resources.teleport.dev/allow-lookup-from-cr": "*"],
        ],
        "data": ["secret": "cw=="],
      ])
      for life in 0..<2 {
        let controller = try RunningController(
          stage: stage, identity: stage.identity.path,
          kubernetes: Stage.configuration(stage.kubernetes, token: "token"))
        let result: Result<Void, any Error>
        do {
          try await controller.isReady()
          result = .success(try await live(on: stage, life))
        } catch { result = .failure(error) }
        await controller.stop()
        #expect(controller.log.all.filter { $0.contains("lacks rights") } == [])
        try result.get()
      }
      let requests = await stage.kubernetes.faults.calls.filter { $0.caller == Self.name }
      var used = Set(requests.compactMap { Use($0.request) })
      // Every authenticated user may ask for their own rights.
      used.remove(Use("create", "selfsubjectaccessreviews"))
      let granted = Set(
        rules(manifests).flatMap { rule in
          rule.resources.flatMap { resource in rule.verbs.map { Use($0, resource) } }
        })
      #expect(used.subtracting(granted).map(\.description) == [])
      #expect(granted.subtracting(used).map(\.description) == [])
    }
  }

  private func live(on stage: Stage, _ life: Int) async throws {
    let role = "r\(life)"
    try await stage.apply("TeleportRole", role, spec: ["allow": ["logins": ["root"]]])
    try await stage.apply(
      "TeleportGithubConnector", "g\(life)",
      spec: [
        "client_id": "id", "client_secret": "secret://github/secret",
        "redirect_url": "https://example.com/callback",
        "teams_to_roles": [["organization": "o", "team": "t", "roles": ["access"]]],
      ])
    try await stage.awaitReason(.inSync, "TeleportRole", role)
    try await stage.awaitReason(.inSync, "TeleportGithubConnector", "g\(life)")
    // The second time, the Event that there is already is counted on.
    for login in ["intruder", "another"] {
      try await stage.changeByHand("role", role) {
        $0["spec"]?["allow"]?["logins"] = [.string(login)]
      }
      try await eventually("it is put back") {
        try await stage.spec("role", role, "allow", "logins") == ["root"]
      }
    }
    try await eventually("the event counts") {
      try await stage.kubernetes.list("events").contains { ($0["count"]?.integer ?? 0) > 1 }
    }
    try await stage.delete("TeleportRole", role)
    try await stage.awaitGone("TeleportRole", role)
  }

  @Test func allNamespacesTakeAClusterRole() throws {
    let manifests = try roles("*").manifests
    #expect(manifests.map { $0["kind"]?.string } == ["ClusterRole", "Role", "ClusterRole"])
    #expect(manifests[1][["metadata", "namespace"]] == "default")
  }

  @Test func eachNamespaceHasItsOwn() throws {
    var roles = try roles("a,b")
    roles.serviceAccount = .init("operator", namespace: "default")
    roles.readsClusterIdentity = false
    let places = roles.manifests.map {
      "\($0["kind"]?.string ?? "") \($0[["metadata", "namespace"]]?.string ?? "")"
    }
    #expect(
      places == [
        "Role a", "RoleBinding a", "Role b", "RoleBinding b", "Role default",
        "RoleBinding default",
      ])
    for binding in roles.manifests where binding["roleRef"] != nil {
      #expect(binding[["subjects"]]?.array?.first?["namespace"] == "default")
      #expect(binding[["roleRef", "name"]] == binding[["metadata", "name"]])
    }
  }
}
