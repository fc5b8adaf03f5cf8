import Documents
import KubernetesSandbox
import Testing

@testable import controller

extension EndToEnd {
  /// Which custom resources are looked after, and what becomes of those that may not be.
  @Suite struct ScopeTests {
    private static let spec: JSONValue = ["allow": ["logins": ["root"]]]

    private func put(
      _ stage: Stage, _ name: String, in namespace: String = "default", labels: JSONValue = [:]
    ) async throws {
      if namespace != "default" {
        try await stage.kubernetes.put(
          ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]])
      }
      try await stage.kubernetes.put(
        manifest("TeleportRole", name, labels: labels, spec: Self.spec), namespace: namespace)
    }

    private func role(_ stage: Stage, _ name: String, is present: Bool = true) async throws {
      try await eventually("\(name) in Teleport: \(present)") {
        let found = try await stage.teleport.resource("role", name) != nil
        return found == present
      }
    }

    @Test(arguments: ["a,b", "*"])
    func severalNamespacesAreOneController(namespaces: String) async throws {
      try await Stage.with { stage in
        for name in ["a", "b", "c"] { try await put(stage, "of-\(name)", in: name) }
        try await stage.withController(options: ["namespace": namespaces]) { controller in
          try await controller.isReady()
          try await role(stage, "of-a")
          try await role(stage, "of-b")
          if namespaces == "*" {
            try await role(stage, "of-c")
          } else {
            #expect(try await stage.teleport.resource("role", "of-c") == nil)
          }
          try await stage.kubernetes.delete("teleportroles", "of-b", namespace: "b")
          try await role(stage, "of-b", is: false)
          // The Lease is in the namespace that is used where none is named.
          #expect(try await stage.kubernetes.list("leases").count == 1)
        }
      }
    }

    @Test func whatIsNotSelectedAnyMoreStaysAsItIs() async throws {
      try await Stage.with { stage in
        try await put(stage, "ours", labels: ["team": "a"])
        try await put(stage, "theirs", labels: ["team": "b"])
        try await stage.withController(options: ["selector": "team in (a)"]) { controller in
          try await controller.isReady()
          try await stage.awaitReason(.inSync, "TeleportRole", "ours")
          try await stage.change("TeleportRole", "ours", ["metadata": ["labels": ["team": "b"]]])
          // What is changed now must not reach Teleport; another one shows that time has passed.
          try await stage.change("TeleportRole", "ours", ["spec": ["allow": ["logins": ["x"]]]])
          try await put(stage, "next", labels: ["team": "a"])
          try await stage.awaitReason(.inSync, "TeleportRole", "next")
          #expect(try await stage.spec("role", "ours", "allow", "logins") == ["root"])
          #expect(await stage.teleport.writes("role").deleted == 0)
          #expect(try await stage.teleport.resource("role", "theirs") == nil)
          // It is taken up where it was left.
          try await stage.change("TeleportRole", "ours", ["metadata": ["labels": ["team": "a"]]])
          try await stage.awaitReason(.inSync, "TeleportRole", "ours")
          #expect(try await stage.spec("role", "ours", "allow", "logins") == ["x"])
        }
        // Neither does a start without it delete anything.
        try await stage.change("TeleportRole", "ours", ["metadata": ["labels": ["team": "b"]]])
        try await stage.withController(options: ["selector": "team in (a)"]) { controller in
          try await controller.isReady()
          try await put(stage, "last", labels: ["team": "a"])
          try await stage.awaitReason(.inSync, "TeleportRole", "last")
        }
        #expect(await stage.teleport.writes("role").deleted == 0)
      }
    }

    @Test func aKindThatMayNotBeReadStopsNoOtherAndIsPickedUp() async throws {
      try await Stage.with { stage in
        let user = try #require(KubernetesSandbox.Options().users.first)
        let kinds = WatchedKind.all.map(\.customResource.plural).filter { $0 != "teleportusers" }
        var restricted = user
        restricted.token = stage.kubernetes.adminToken
        restricted.groups = []
        var all = restricted
        all.rules = [.all]
        restricted.rules = [
          .init(
            verbs: ["*"], groups: ["*"],
            resources: kinds + kinds.map { $0 + "/status" } + ["leases", "events"])
        ]
        stage.kubernetes.setUser(restricted)
        try await put(stage, "r")
        try await stage.apply("TeleportUser", "u", spec: ["roles": ["r"]])
        try await stage.withController { controller in
          try await controller.isReady()
          try await stage.awaitReason(.inSync, "TeleportRole", "r")
          try await controller.says("lacks rights in namespace default")
          try await controller.says("resources: [teleportusers], verbs: [list, watch, patch]")
          #expect(await controller.problems().isEmpty)
          #expect(try await stage.teleport.resource("user", "u") == nil)
          stage.kubernetes.setUser(all)
          try await stage.awaitReason(.inSync, "TeleportUser", "u")
          try await controller.says("has the rights in namespace default now")
        }
      }
    }

    @Test func aKindWithoutItsDefinitionStopsNoOtherAndIsPickedUp() async throws {
      try await Stage.with { stage in
        let definition = try #require(
          try await stage.kubernetes.get(
            "customresourcedefinitions", "teleportusers.resources.teleport.dev"))
        try await stage.kubernetes.delete(
          "customresourcedefinitions", "teleportusers.resources.teleport.dev")
        try await put(stage, "r")
        try await stage.withController { controller in
          try await controller.isReady()
          try await stage.awaitReason(.inSync, "TeleportRole", "r")
          try await controller.says("the CRD is not installed")
          var again = definition
          again["metadata"] = ["name": definition[["metadata", "name"]] ?? .null]
          again["status"] = nil
          try await stage.kubernetes.put(again)
          try await stage.apply("TeleportUser", "u", spec: ["roles": ["r"]])
          try await stage.awaitReason(.inSync, "TeleportUser", "u")
        }
      }
    }
  }
}
