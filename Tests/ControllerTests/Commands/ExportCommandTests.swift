import Documents
import FoundationEssentials
import TeleportSchema
import Testing

@testable import controller

extension EndToEnd {
  /// `controller export`: what comes out declares what is there, and adopting it changes nothing.
  @Suite struct ExportCommandTests {
    /// Resources as somebody made them with tctl; the server fills in its defaults.
    private static func resources(major: Int) -> [(kind: String, resource: JSONValue)] {
      var versions = ["v5"]
      if major >= 12 { versions.append("v6") }
      if major >= 14 { versions.append("v7") }
      if major >= 18 { versions.append("v8") }
      let roles = versions.map { version -> (kind: String, resource: JSONValue) in
        (
          "role",
          [
            "kind": "role", "version": .string(version),
            "metadata": [
              "name": .string("role-\(version)"), "description": "Who may do it: \"all\"\n",
              "labels": ["team": "a", "example.com/tier": ""],
            ],
            "spec": [
              "allow": [
                "logins": ["root", "{{internal.logins}}"], "kubernetes_labels": ["*": "*"],
                "node_labels": ["env": ["dev", "test"]],
                "rules": [["resources": ["session"], "verbs": ["read"], "where": "x == \"y\""]],
              ],
              "deny": ["logins": ["guest"]],
              "options": ["max_session_ttl": "8h", "forward_agent": true, "ssh_file_copy": false],
            ],
          ]
        )
      }
      return roles + [
        ("role", ["kind": "role", "version": "v5", "metadata": ["name": "empty"], "spec": [:]]),
        (
          "user",
          [
            "kind": "user", "version": "v2", "metadata": ["name": "alice"],
            "spec": [
              "roles": ["role-v5", "access"], "traits": ["logins": ["alice", "ubuntu"]],
              "github_identities": [["connector_id": "gh", "username": "al"]],
            ],
          ]
        ),
      ]
    }

    @Test(arguments: [11, 14, 18]) func adoptingWhatWasExportedChangesNothing(
      major: Int
    ) async throws {
      try await Stage.with(major: major) { stage in
        let resources = Self.resources(major: major)
        for item in resources { try await stage.teleport.put(item.kind, item.resource) }
        var before: [String: JSONValue] = [:]
        for (kind, name) in Self.names(resources) {
          before[name] = try await plain(kind, name, stage)
        }
        var manifests: [JSONValue] = []
        for kind in ["role", "user"] {
          let outcome = try await stage.command("export", [kind])
          #expect(outcome.status == 0, "\(outcome.errors)")
          manifests += try YAMLDocument.all(in: outcome.output).map(\.value)
        }
        let exported = manifests.compactMap { $0[["metadata", "name"]]?.string }
        #expect(exported == Self.names(resources).map(\.name).sorted(by: Self.rolesFirst))
        for manifest in manifests {
          #expect(manifest[["metadata", "annotations", "teleport.dev/adopt"]] == "IfEqual")
          try await stage.kubernetes.put(manifest)
        }

        let plan = try await stage.planned()
        #expect(plan.status == 2)
        for (name, resource) in plan.resources {
          #expect(resource["action"] == "update" && resource["reason"] == "Adopted", "\(name)")
          let foreign = (resource["fields"]?.array ?? []).filter { field in
            field["path"]?.string?.hasPrefix("metadata.labels[\"teleport.dev/") != true
          }
          #expect(foreign.isEmpty, "\(name)")
        }
        try await stage.withController { _ in
          for manifest in manifests {
            let kind = try #require(manifest["kind"]?.string)
            let name = try #require(manifest[["metadata", "name"]]?.string)
            try await stage.awaitReason(.inSync, kind, name)
          }
        }
        for (kind, name) in Self.names(resources) {
          #expect(try await plain(kind, name, stage) == before[name], "\(name)")
        }
        let after = try await stage.command("plan", ["--all"])
        #expect(after.status == 0 && after.output.isEmpty)
        #expect(after.errors == "\(manifests.count) in sync\n")
        // The very file, planned again, is no difference either.
        let again = try await stage.command("plan", ["-f", "-"], input: manifestStream(manifests))
        #expect(again.status == 0 && again.errors == "\(manifests.count) in sync\n")
      }
    }

    private static func names(
      _ resources: [(kind: String, resource: JSONValue)]
    ) -> [(kind: String, name: String)] {
      resources.map { ($0.kind, $0.resource[["metadata", "name"]]?.string ?? "") }
    }

    private static func rolesFirst(_ left: String, _ right: String) -> Bool {
      (left == "alice" ? 1 : 0, left) < (right == "alice" ? 1 : 0, right)
    }

    /// All of a resource but what says whose it is and what every write changes.
    private func plain(_ kind: String, _ name: String, _ stage: Stage) async throws -> JSONValue? {
      var resource = try await stage.teleport.resource(kind, name)
      resource?["metadata"]?["revision"] = nil
      resource?["metadata"]?["id"] = nil
      let labels = resource?[["metadata", "labels"]]?.object ?? [:]
      let others = labels.filter { !$0.key.hasPrefix("teleport.dev/") }
      resource?["metadata"]?["labels"] = others.isEmpty ? nil : .object(others)
      return resource
    }

    /// Teleport does not tell secrets: an export that left them out would take them away.
    @Test func aSecretIsReferredToAndSurvivesAdoption() async throws {
      try await Stage.with { stage in
        try await stage.teleport.put(
          "github",
          [
            "kind": "github", "version": "v3", "metadata": ["name": "login"],
            "spec": [
              "client_id": "id", "client_secret": "hush", "redirect_url": "https://x/callback",
              "teams_to_roles": [["organization": "acme", "team": "ops", "roles": ["access"]]],
            ],
          ])
        let outcome = try await stage.command("export", ["github"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains("hush"))
        #expect(outcome.output.contains("# spec.client_secret: "))
        let manifest = try #require(try YAMLDocument.all(in: outcome.output).first?.value)
        #expect(manifest[["spec", "client_secret"]] == "secret://login/client_secret")
        try await stage.kubernetes.put([
          "apiVersion": "v1", "kind": "Secret",
          "metadata": [
            "name": "login",
            "annotations": ["resources.teleport.dev/allow-lookup-from-cr": "login"],
          ], "data": ["client_secret": "aHVzaA=="],
        ])
        try await stage.kubernetes.put(manifest)
        try await stage.withController { _ in
          try await stage.awaitReason(.inSync, "TeleportGithubConnector", "login")
        }
        #expect(try await stage.spec("github", "login", "client_secret") == "hush")
        let after = try await stage.command("plan", ["--all"])
        #expect(after.status == 0 && after.output.isEmpty)
        let offline = try await stage.command(
          "plan", ["-f", "-"], kubeconfig: "", input: outcome.output)
        #expect(offline.status == 0, "\(offline.output)")
      }
    }

    @Test func whatFitsNoManifestIsReportedAndTheRestExported() async throws {
      try await Stage.with { stage in
        for name in ["alice@example.com", "bob"] {
          try await stage.teleport.put(
            "user",
            [
              "kind": "user", "version": "v2", "metadata": ["name": .string(name)],
              "spec": ["roles": ["access"]],
            ])
        }
        try await stage.teleport.put(
          "user",
          [
            "kind": "user", "version": "v2",
            "metadata": ["name": "carol", "labels": ["cost center": "a"]],
            "spec": ["roles": ["access"]],
          ])
        let outcome = try await stage.command("export", ["user", "--namespace", "teleport"])
        #expect(outcome.status == 1)
        let manifests = try YAMLDocument.all(in: outcome.output).map(\.value)
        #expect(manifests.map { $0[["metadata", "name"]] } == ["bob"])
        #expect(manifests.map { $0[["metadata", "namespace"]] } == ["teleport"])
        #expect(
          outcome.errors.contains(
            "not exported: user/alice@example.com: Kubernetes does not allow this name"))
        #expect(outcome.errors.contains("not exported: user/carol: "))
        #expect(outcome.errors.contains("left out: user/bot-test: Teleport's own"))
      }
    }

    @Test(arguments: [11, 18]) func presetsAreExportedOnlyByName(major: Int) async throws {
      try await Stage.with(major: major) { stage in
        let all = try await stage.command("export", ["role"])
        #expect(!all.output.contains("name: access"))
        #expect(all.errors.contains("left out: role/access: Teleport's own"))
        #expect(
          all.errors.contains(
            "left out: role/\(TeleportIdentity.role): this controller's own role"))
        let named = try await stage.command("export", ["role", "editor", "access", "none"])
        let documents = try YAMLDocument.all(in: named.output).map(\.value)
        #expect(documents.map { $0[["metadata", "name"]] } == ["access", "editor"])
        // Teleport keeps its own labels itself.
        #expect(!named.output.contains("teleport.internal"))
        #expect(named.status == 1)
        #expect(named.errors.contains("not exported: role/none: Teleport has none of this name"))
      }
    }

    @Test func theKindDecidesWhichVersions() async throws {
      try await Stage.with { stage in
        for version in ["v4", "v5", "v6", "v7"] {
          try await stage.teleport.put(
            "role",
            [
              "kind": "role", "version": .string(version),
              "metadata": ["name": .string("r-\(version)")],
              "spec": ["allow": ["logins": ["root"]]],
            ])
        }
        func kinds(_ kind: String, _ names: String...) async throws -> [String] {
          let outcome = try await stage.command("export", [kind, "-o", "json"] + names)
          let list = try JSONValue(json: Data(outcome.output.utf8))
          #expect(list["kind"] == "List" && list["apiVersion"] == "v1")
          return (list["items"]?.array ?? []).map {
            let version = $0["apiVersion"]?.string?.split(separator: "/").last ?? ""
            return "\($0["kind"]?.string ?? "")/\(version)"
          }
        }
        let names = ["r-v5", "r-v6", "r-v7"]
        #expect(
          try await kinds("role", names[0], names[1], names[2]) == [
            "TeleportRole/v5", "TeleportRole/v6", "TeleportRoleV7/v1",
          ])
        #expect(try await kinds("TELEPORTROLEV6", "r-v6") == ["TeleportRoleV6/v1"])
        #expect(try await kinds("teleportrolesv7").allSatisfy { $0 == "TeleportRoleV7/v1" })
        let old = try await stage.command("export", ["role", "r-v4"])
        #expect(
          old.status == 1 && old.errors.contains("no custom resource kind declares version v4"))
        let typo = try await stage.command("export", ["rol"])
        #expect(typo.status == 64 && typo.errors.contains("did you mean role?"))
        #expect(await stage.teleportWrites() == 0)
      }
    }
  }
}

/// The names and labels that Kubernetes takes.
@Suite struct KubernetesNamesTests {
  @Test(arguments: ["a", "a-b.c", "0", String(repeating: "a", count: 253)])
  func legal(name: String) { #expect(KubernetesNames.flaw(inName: name) == nil) }

  @Test(arguments: [
    "", "A", "a@b", "-a", "a-", "a..b", ".a", "a_b", "é", String(repeating: "a", count: 254),
  ])
  func illegal(name: String) { #expect(KubernetesNames.flaw(inName: name) != nil) }

  @Test(arguments: [("a", ""), ("A_b.c", "X.y_z"), ("example.com/a", "1")])
  func legalLabel(key: String, value: String) { #expect(KubernetesNames.isLabel(key, value)) }

  @Test(arguments: [
    ("a b", ""), ("a", "b c"), ("/a", ""), ("a/", ""), ("a/b/c", ""), ("Ex.com/a", ""),
    ("a", "-"), ("", ""), (String(repeating: "a", count: 64), ""),
  ])
  func illegalLabel(key: String, value: String) { #expect(!KubernetesNames.isLabel(key, value)) }
}
