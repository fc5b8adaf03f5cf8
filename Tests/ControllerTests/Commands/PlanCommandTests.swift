import Documents
import FoundationEssentials
import Kubernetes
import TeleportSchema
import Testing

@testable import controller

extension EndToEnd {
  /// `controller plan`: what it says, what it ends with, and that it writes nothing.
  @Suite struct PlanCommandTests {
    private static let spec: JSONValue = [
      "allow": ["logins": ["root"], "kubernetes_labels": ["*": "*"]]
    ]
    private static let foreign: JSONValue = [
      "kind": "role", "version": "v5", "metadata": ["name": "theirs"],
      "spec": ["allow": ["logins": ["them"]]],
    ]

    /// Every exit code in the life of a role, on servers that fill in different defaults.
    @Test(arguments: [11, 14, 18]) func plansFollowALife(major: Int) async throws {
      try await Stage.with(major: major) { stage in
        let empty = try await stage.command("plan", ["--all"])
        #expect(empty.status == 0 && empty.output.isEmpty && empty.errors == "nothing to plan\n")
        try await stage.apply("TeleportRole", "dev", spec: Self.spec)
        let create = try await stage.command("plan", ["--all"])
        #expect(create.status == 2 && create.errors == "1 to create\n")
        #expect(
          create.lines == [
            "TeleportRole default/dev: create",
            #"  + spec.allow.kubernetes_labels["*"]: "*""#, #"  + spec.allow.logins: ["root"]"#,
            #"  + version: "v5""#, "  + owner: TeleportRole default/dev",
          ])
        #expect(await stage.teleportWrites() == 0)

        try await stage.withController { _ in
          try await stage.awaitReason(.inSync, "TeleportRole", "dev")
        }
        let inSync = try await stage.command("plan", ["--all"])
        #expect(inSync.status == 0 && inSync.output.isEmpty && inSync.errors == "1 in sync\n")

        try await stage.change(
          "TeleportRole", "dev", ["spec": ["allow": ["logins": ["root", "admin"]]]])
        let writes = await (stage.teleportWrites(), stage.kubernetesWrites().count)
        let update = try await stage.command("plan", ["--all"])
        #expect(update.status == 2 && update.errors == "1 to update\n")
        #expect(
          update.lines == [
            "TeleportRole default/dev: update",
            #"  ~ spec.allow.logins: ["root"] -> ["root","admin"]"#,
          ])
        try await stage.delete("TeleportRole", "dev")
        let delete = try await stage.command("plan", ["--all"])
        #expect(delete.status == 2 && delete.errors == "1 to delete\n")
        #expect(await stage.teleportWrites() == writes.0)
        #expect(await stage.kubernetesWrites().count == writes.1)
      }
    }

    /// The fields of a plan are the very ones that change when it is carried out.
    @Test(arguments: [11, 14, 18]) func whatIsPlannedIsWhatHappens(major: Int) async throws {
      try await Stage.with(major: major) { stage in
        try await stage.teleport.put("role", Self.foreign)
        try await stage.withController { _ in
          try await stage.apply("TeleportRole", "drifted", spec: Self.spec)
          try await stage.apply("TeleportUser", "alice", spec: ["roles": ["access"]])
          try await stage.awaitReason(.inSync, "TeleportRole", "drifted")
          try await stage.awaitReason(.inSync, "TeleportUser", "alice")
        }
        try await stage.changeByHand("role", "drifted") {
          $0["spec"]?["allow"]?["logins"] = ["mallory"]
          $0["spec"]?["options"]?["max_session_ttl"] = "1h"
          $0["spec"]?["deny"]?["logins"] = ["root"]
        }
        try await stage.change(
          "TeleportUser", "alice", ["spec": ["traits": ["logins": ["a"]]]])
        try await stage.apply("TeleportRole", "new", spec: Self.spec)
        try await stage.apply(
          "TeleportRole", "theirs", annotations: ["teleport.dev/adopt": "Always"], spec: Self.spec)
        // Its status would only tell of the plan; the command shows it.
        try await stage.apply(
          "TeleportRole", "later", annotations: ["teleport.dev/plan": "true"], spec: Self.spec)

        let names = ["drifted": "role", "alice": "user", "new": "role", "theirs": "role"]
        let plan = try await stage.planned()
        #expect(plan.status == 2)
        #expect(
          plan.resources.mapValues { $0["action"]?.string } == [
            "drifted": "update", "alice": "update", "new": "create", "theirs": "update",
            "later": "create",
          ])
        #expect(plan.resources["drifted"]?["reason"] == "DriftCorrected")
        #expect(plan.resources["theirs"]?["reason"] == "Adopted")
        var before: [String: JSONValue] = [:]
        for (name, kind) in names { before[name] = try await managed(kind, name, stage) }
        try await stage.withController { _ in
          for (name, kind) in names {
            let customKind = kind == "role" ? "TeleportRole" : "TeleportUser"
            try await stage.awaitReason(.inSync, customKind, name)
          }
          try await stage.awaitReason(.planned, "TeleportRole", "later")
          // What was put back or taken over is in sync in the status before it is in Teleport.
          try await eventually("all is as declared") {
            try await stage.planned().resources.filter { $0.key != "later" }.values.allSatisfy {
              $0["action"] == "none"
            }
          }
        }
        for (name, kind) in names {
          let after = try await managed(kind, name, stage)
          let happened = FieldDifference.between(before[name], after)
          let fields = plan.resources[name]?["fields"]?.array ?? []
          let foretold = Dictionary(
            uniqueKeysWithValues: fields.map { ($0["path"]?.string ?? "", $0["after"] ?? .null) })
          for field in happened {
            // Only the server's own additions are not foretold.
            if foretold[field.path] == nil, field.before == nil { continue }
            #expect(foretold[field.path] == (field.after ?? .null), "\(name): \(field.path)")
          }
          let paths = Set(happened.map(\.path))
          #expect(foretold.keys.filter { !paths.contains($0) } == [], "\(name)")
        }
      }
    }

    private func managed(_ kind: String, _ name: String, _ stage: Stage) async throws -> JSONValue?
    {
      let schema = try #require(ResourceSchema.named(kind))
      return try await stage.teleport.message(kind, name).map { try schema.managedFields(of: $0) }
    }

    /// A problem has the message that the status has, and outweighs changes in the exit code.
    @Test func problemsHaveTheWordsOfTheStatus() async throws {
      try await Stage.with { stage in
        try await stage.teleport.put("role", Self.foreign)
        try await stage.apply("TeleportRole", "theirs", spec: Self.spec)
        try await stage.apply(
          "TeleportRole", "bad", spec: ["options": ["max_session_ttl": "9999y"]])
        try await stage.apply(
          "TeleportRole", "left", annotations: ["teleport.dev/ignore": "true"], spec: Self.spec)
        try await stage.apply("TeleportRole", "fine", spec: Self.spec)
        let outcome = try await stage.command("plan", ["--all"])
        #expect(outcome.status == 1)
        #expect(outcome.errors == "1 to create, 1 left alone, 1 InvalidSpec, 1 NotOwned\n")
        #expect(await stage.teleportWrites() == 0)
        let plan = try await stage.planned()
        try await stage.withController { _ in
          for (name, reason) in [("theirs", Reason.notOwned), ("bad", .invalidSpec)] {
            try await stage.awaitReason(reason, "TeleportRole", name)
            let ready = try await stage.condition("Ready", "TeleportRole", name)
            #expect(plan.resources[name]?["reason"] == ready?["reason"])
            #expect(plan.resources[name]?["message"] == ready?["message"])
            #expect(plan.resources[name]?["action"] == "none")
          }
        }
      }
    }

    @Test func twoWhoClaimOneNameAreAConflict() async throws {
      try await Stage.with { stage in
        try await stage.withController { _ in
          try await stage.apply("TeleportRole", "r", spec: Self.spec)
          try await stage.awaitReason(.inSync, "TeleportRole", "r")
        }
        let rival = manifest("TeleportRoleV7", "r", spec: ["allow": ["logins": ["root"]]])
        let outcome = try await stage.command("plan", ["-f", "-"], input: manifestStream([rival]))
        #expect(outcome.status == 1 && outcome.errors == "1 Conflict\n")
        #expect(outcome.output.contains("belongs to TeleportRole default/r."))
      }
    }

    // MARK: - Manifests

    @Test func aManifestIsLaidOverWhatKubernetesHolds() async throws {
      try await Stage.with { stage in
        try await stage.withController { _ in
          try await stage.apply("TeleportRole", "dev", spec: Self.spec)
          try await stage.awaitReason(.inSync, "TeleportRole", "dev")
        }
        func plan(_ spec: JSONValue) async throws -> ControllerExecutable.Outcome {
          try await stage.command(
            "plan", ["-f", "-"],
            input: manifestStream([manifest("TeleportRole", "dev", spec: spec)]))
        }
        let same = try await plan(Self.spec)
        #expect(same.status == 0 && same.errors == "1 in sync\n")
        let less = try await plan(["allow": ["logins": ["root"]]])
        #expect(less.status == 2 && less.errors == "1 to update\n")
        #expect(less.lines.contains(#"  - spec.allow.kubernetes_labels["*"]: "*""#))
        let wrong = try await plan(["allow": ["login": ["root"]]])
        #expect(wrong.status == 1)
        #expect(wrong.output.contains("InvalidSpec: spec.allow.login: unknown field"))
      }
    }

    @Test(arguments: [true, false]) func manifestsNeedNoKubernetes(isConfigured: Bool) async throws
    {
      try await Stage.with { stage in
        try await stage.withController { _ in
          try await stage.apply("TeleportRole", "dev", spec: Self.spec)
          try await stage.awaitReason(.inSync, "TeleportRole", "dev")
        }
        let folder = try ScratchDirectory()
        let dead = try folder.write(
          """
          {"apiVersion": "v1", "kind": "Config", "current-context": "c",
           "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
           "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
           "users": [{"name": "u", "user": {"token": "t"}}]}
          """, to: "kubeconfig")
        func plan(_ manifests: [JSONValue]) async throws -> ControllerExecutable.Outcome {
          try await stage.command(
            "plan", ["-f", "-", "--namespace", "default"], kubeconfig: isConfigured ? dead : "",
            input: manifestStream(manifests))
        }
        // Ownership that cannot be known is no difference.
        let same = try await plan([manifest("TeleportRole", "dev", spec: Self.spec)])
        #expect(same.status == 0 && same.output.isEmpty)
        #expect(same.errors.contains("note: Kubernetes "))
        #expect(same.errors.hasSuffix("1 in sync\n"))
        let changed = try await plan([
          manifest("TeleportRole", "dev", spec: ["allow": ["logins": ["admin"]]]),
          manifest("TeleportUser", "bob", spec: ["roles": ["access"]]),
        ])
        #expect(changed.status == 2 && changed.errors.hasSuffix("1 to create, 1 to update\n"))
        #expect(
          changed.lines.contains(#"  ~ spec.allow.logins: ["root"] -> ["admin"]"#))
      }
    }

    @Test func theScopeIsTheControllers() async throws {
      try await Stage.with { stage in
        for namespace in ["team-a", "team-b"] {
          try await stage.kubernetes.put([
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)],
          ])
        }
        for (name, namespace, tier) in [
          ("a", "team-a", "x"), ("b", "team-b", "y"), ("c", "default", "x"),
        ] {
          var manifest = manifest(
            "TeleportRole", name, labels: ["tier": .string(tier)], spec: Self.spec)
          manifest["metadata"]?["namespace"] = .string(namespace)
          try await stage.kubernetes.put(manifest)
        }
        func titles(_ arguments: String...) async throws -> [String] {
          let outcome = try await stage.command("plan", ["--all"] + arguments)
          return outcome.lines.filter { $0.hasSuffix(": create") }.map { String($0.dropLast(8)) }
        }
        #expect(try await titles() == ["TeleportRole default/c"])
        #expect(
          try await titles("--namespace", "team-b,team-a")
            == ["TeleportRole team-a/a", "TeleportRole team-b/b"])
        #expect(
          try await titles("--namespace", "*", "--selector", "tier=x")
            == ["TeleportRole default/c", "TeleportRole team-a/a"])
        var elsewhere = manifest("TeleportRole", "z", spec: Self.spec)
        elsewhere["metadata"]?["namespace"] = "team-a"
        let outcome = try await stage.command(
          "plan", ["-f", "-"], input: manifestStream([elsewhere]))
        #expect(outcome.status == 0 && outcome.errors == "1 left alone\n")
      }
    }

    // MARK: - Usage

    @Test func whatIsMissingIsSaid() async throws {
      try await Stage.with { stage in
        let neither = try await stage.command("plan", [])
        #expect(neither.status == 64 && neither.errors.contains("either --all, or -f"))
        let both = try await stage.command("plan", ["--all", "-f", "-"])
        #expect(both.status == 64)
        let other: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"]]
        let nothing = try await stage.command(
          "plan", ["-f", "-"], input: manifestStream([other]))
        #expect(nothing.status == 0)
        #expect(nothing.errors == "nothing to plan, 1 of other kinds passed over\n")
        let noFile = try await stage.command("plan", ["-f", "/nowhere.yaml"])
        #expect(noFile.status == 1)
        #expect(noFile.errors.contains("/nowhere.yaml: there is no such file or directory"))
        let executable = try ControllerExecutable()
        let noIdentity = try executable.run(
          ["plan", "-f", "-", "--identity-dir", "/nowhere", "--namespace", "default"])
        #expect(noIdentity.status == 1 && noIdentity.errors.contains("/nowhere"))
      }
    }

    @Test(arguments: [
      ("plan", ["kubectl apply", "Ends with 0", "--cluster-id", "--adopt", "TELEPORT_OPERATOR_"]),
      ("export", ["kubectl apply -f", "IfEqual", "Ends with 1", "--namespace", "TeleportRoleV7"]),
    ])
    func helpTeaches(command: String, words: [String]) throws {
      let outcome = try ControllerExecutable().run([command, "--help"])
      #expect(outcome.status == 0)
      let text = outcome.output.replacing(#/\s+/#, with: " ")
      for word in words { #expect(text.contains(word), "\(word)") }
    }
  }
}
